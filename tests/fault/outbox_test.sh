#!/usr/bin/env bash
# 2,000 orders while members-svc (where their events come from) and gamification-svc (where they take effect) are
# killed ten times each: what was committed takes effect once, per member in order.
# shellcheck source=tests/fault/suite.sh
source "$(dirname "${BASH_SOURCE[0]}")/suite.sh"
KILLS=20

base=$(free_block)
witness=$((base + 6))
export LAUREL_MEMBERS_SUBSCRIBERS="gamification=127.0.0.1:$((base + 4));referrals=127.0.0.1:$((base + 3));operator=127.0.0.1:$witness"
start_suite "$base"
began=$SECONDS

coproc client { node "$FAULT/outbox.js" "$LAUREL_STATE/tls" "$(port_of members)" "$(port_of gamification)" "$witness" "$KILLS"; }
client_pid=$! killed=0
exec 3<&"${client[0]}" 4>&"${client[1]}"
while read -r line <&3; do
  [[ $line == kill ]] || { echo "$line, $((SECONDS - began)) s" && continue; }
  if ((killed++ % 2)); then kill_program gamification; else kill_program members; fi
  echo again >&4
done
wait "$client_pid" || fail "the books do not hold"
equal "$killed" "$KILLS"
echo "members-svc and gamification-svc killed $((KILLS / 2)) times each"
