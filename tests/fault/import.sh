# shellcheck shell=bash
# What both tests of the import share: the data, and the books that must be exact at the end. Sourced.
# With REAL_DATA (a folder with the real purchases) it is those, otherwise a made-up set.

# prepare_data ORDERS: sets DATA, and orders, cents, points, members as they must come out.
prepare_data() {
  DATA=${REAL_DATA:-$WORK/data}
  if [[ -z ${REAL_DATA:-} ]]; then
    mkdir -p "$DATA"
    node "$FAULT/purchases.js" make "$DATA" "$1"
  fi
  read -r orders cents points members < <(node "$FAULT/purchases.js" figures "$DATA" "$WORK/wanted")
  [[ -z ${REAL_DATA:-} ]] || equal "$orders $points $(grep -E '^(1023|400|707)\|' "$WORK/wanted" | cut -d'|' -f1,2 | tr '\n' ' ')" \
    '47243 209739 1023|1106 400|654 707|642 '
  echo "data: $orders orders of $members households, $points points"
}

# recorded → how many orders of the import are in the books.
recorded() {
  sql "SELECT count(*) FROM members.orders JOIN members.programs USING (program_id) WHERE display_name = 'Imported purchases'"
}

enrolled() { [[ $(sql "SELECT EXISTS (SELECT FROM members.members JOIN members.programs USING (program_id) WHERE display_name = 'Imported purchases')") == t ]]; }

# import_in_background: sets `importer`, the program itself: the function would be a shell that dies without it. In
# small calls, so that a kill finds some of them on their way.
import_in_background() {
  "$ROOT/laurel" import "$DATA" --batch "$((orders / 240))" --in-flight 6 --rejects "$WORK/rejects.csv" >"$WORK/import.log" 2>&1 &
  importer=$!
}

# reached ORDERS: so many are recorded, or the importer has ended.
reached() {
  local now
  now=$(recorded 2>/dev/null) || return 1 # a database that was killed is not back yet
  ((now >= $1)) || ! kill -0 "$importer" 2>/dev/null
}

# Every order once, every household's points exact in its wallet and on the leaderboard, the ledger verified.
check_books() { # log of the last import
  equal "$(recorded)" "$orders"
  equal "$(sql "SELECT count(DISTINCT order_id), sum(total_minor_units) FROM members.orders JOIN members.programs USING (program_id)
    WHERE display_name = 'Imported purchases'")" "$orders|$cents"
  grep -q "^ledger    verified: $(grouped "$points") points issued in all" "$1" || fail "the ledger: $(cat "$1")"
  [[ ! -e $WORK/rejects.csv ]] || fail "rejected: $(head -n 3 "$WORK/rejects.csv")"
  eventually 60 "the leaderboard has all points" leaderboard_complete
  LC_ALL=C sort "$WORK/wanted" >"$WORK/wanted.sorted"
  books | LC_ALL=C sort | diff - "$WORK/wanted.sorted" >"$WORK/diff" || fail "households differ: $(head -n 20 "$WORK/diff")"
}

grouped() { sed -E ':a; s/([0-9])([0-9]{3})(,|$)/\1,\2\3/; ta' <<<"$1"; }

leaderboard_complete() {
  (($(sql "SELECT coalesce(sum(score), 0) FROM gamification.scores JOIN members.programs USING (program_id)
    WHERE display_name = 'Imported purchases'") >= points))
}

# books → household|points ever earned|points active|points on the leaderboard
books() {
  sql "SELECT m.external_id, coalesce(w.lifetime_earned, 0), coalesce(w.active, 0), coalesce(s.score, 0)
    FROM members.members m JOIN members.programs p USING (program_id)
    LEFT JOIN members.wallets w ON w.bucket = m.bucket AND w.owner_id = m.member_id
    LEFT JOIN gamification.scores s ON s.bucket = m.bucket AND s.member_id = m.member_id
    WHERE p.display_name = 'Imported purchases'"
}
