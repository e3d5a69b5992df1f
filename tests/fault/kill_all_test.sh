#!/usr/bin/env bash
# One import, and in the middle of it kill -9 of each process in turn, PostgreSQL included. It goes on by itself,
# nothing that it was told is lost, nothing is doubled, and the consumers of events catch up.
# shellcheck source=tests/fault/suite.sh
source "$(dirname "${BASH_SOURCE[0]}")/suite.sh"
# shellcheck source=tests/fault/import.sh
source "$FAULT/import.sh"

prepare_data 24000
start_suite "$(free_block)"
began=$SECONDS

mapfile -t victims < <(printf '%s\n' "${LAUREL_PROGRAMS[@]}" backend database members gamification | shuf --random-source=<(yes "$SEED"))
import_in_background
for i in "${!victims[@]}"; do
  eventually 120 "order $((orders * (i + 1) / (${#victims[@]} + 2)))" reached $((orders * (i + 1) / (${#victims[@]} + 2)))
  kill -0 "$importer" 2>/dev/null || fail "the import ended before ${victims[i]} was killed: $(cat "$WORK/import.log")"
  case ${victims[i]} in
    backend) kill_backend ;;
    database) kill_database ;;
    *) kill_program "${victims[i]}" ;;
  esac
done
kill -0 "$importer" 2>/dev/null || fail "the last kill came after the import: $(cat "$WORK/import.log")"
wait "$importer" || fail "the import gave up: $(cat "$WORK/import.log")"
grep -q "^orders    $(grouped "$orders"): .* 0 refused$" "$WORK/import.log" || fail "$(cat "$WORK/import.log")"
check_books "$WORK/import.log"
laurel status || fail "not healthy afterwards"
echo "killed ${victims[*]}: $orders orders, $points points, 0 lost, 0 doubled, $((SECONDS - began)) s"
