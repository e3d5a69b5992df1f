#!/usr/bin/env bash
# The import, killed at ten random points and run again: in the end every figure is exact.
# shellcheck source=tests/fault/suite.sh
source "$(dirname "${BASH_SOURCE[0]}")/suite.sh"
# shellcheck source=tests/fault/import.sh
source "$FAULT/import.sh"
KILLS=10

prepare_data 12000
start_suite "$(free_block)"
began=$SECONDS

# Ten points in order, the first while households are enrolled, before any order is sent. Each of the others is the
# earliest of three draws: what is recorded already is gone through again after each kill.
drawn=(0)
for ((i = 1; i < KILLS; i++)); do
  one=$(((RANDOM * 32768 + RANDOM) % (orders * 9 / 10))) other=$(((RANDOM * 32768 + RANDOM) % (orders * 9 / 10)))
  third=$(((RANDOM * 32768 + RANDOM) % (orders * 9 / 10)))
  ((one < other)) || one=$other
  drawn+=($((one < third ? one : third)))
done
mapfile -t points_of_death < <(printf '%s\n' "${drawn[@]}" | sort -n)
for at in "${points_of_death[@]}"; do
  import_in_background
  eventually 60 "households enrolled" enrolled
  eventually 120 "$at orders recorded" reached "$at"
  kill -KILL "$importer" 2>/dev/null || fail "the import ended before it could be killed at $at orders: $(cat "$WORK/import.log")"
  status=0
  { wait "$importer" || status=$?; } 2>/dev/null
  equal "$status" 137
  ! pgrep -f "laurel-import .*--rejects $WORK/" >/dev/null || fail "an importer outlived its SIGKILL"
done
(($(recorded) < orders)) || fail "the kills came too late"

laurel import "$DATA" --rejects "$WORK/rejects.csv" >"$WORK/last.log" 2>&1 || fail "$(cat "$WORK/last.log")"
check_books "$WORK/last.log"

# Once more: nothing is new.
laurel import "$DATA" --rejects "$WORK/rejects.csv" >"$WORK/again.log" 2>&1 || fail "$(cat "$WORK/again.log")"
grep -q "^orders    $(grouped "$orders"): 0 new, $(grouped "$orders") already there, 0 refused$" "$WORK/again.log" || fail "$(cat "$WORK/again.log")"
grep -q '^points    0 given by this run$' "$WORK/again.log" || fail "$(cat "$WORK/again.log")"
check_books "$WORK/again.log"
echo "$KILLS kills at ${points_of_death[*]} orders: $orders orders, $points points, 0 lost, 0 doubled, $((SECONDS - began)) s"
