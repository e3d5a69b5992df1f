#!/usr/bin/env bash
# Redemptions while rewards-svc and members-svc are killed five times each: no saga stays half done.
# shellcheck source=tests/fault/suite.sh
source "$(dirname "${BASH_SOURCE[0]}")/suite.sh"
KILLS=10

start_suite "$(free_block)"
began=$SECONDS
coproc client { exec node "$FAULT/redemption.js" "$LAUREL_STATE/tls" "$(port_of members)" "$(gateway_url)" "$KILLS" "$ROOT/laurel" token staff manager; }
client_pid=$! killed=0
exec 3<&"${client[0]}" 4>&"${client[1]}"
while read -r line <&3; do
  [[ $line == kill ]] || { echo "$line, $((SECONDS - began)) s" && continue; }
  if ((killed++ % 2)); then kill_program members; else kill_program rewards; fi
  echo again >&4
done
wait "$client_pid" || fail "the books do not hold"
equal "$killed" "$KILLS"
[[ $(sql "SELECT count(*) FROM rewards.redemptions WHERE state NOT IN (2, 4)") -le 1 ]] || fail "sagas under way" # one is the demo's
echo "rewards-svc and members-svc killed $((KILLS / 2)) times each"
