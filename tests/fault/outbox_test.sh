#!/usr/bin/env bash
# 2,000 orders while members-svc (where their events come from) and gamification-svc (where they take effect) are
# killed ten times each: what was committed takes effect once, per member in order.
# shellcheck source=tests/fault/suite.sh
source "$(dirname "${BASH_SOURCE[0]}")/suite.sh"
# In groups: after its source has been killed, a consumer is killed while it takes what has piled up.
victims=()
for times in 3 4 3; do
  for program in members gamification; do
    for ((i = 0; i < times; i++)); do victims+=("$program"); done
  done
done
readonly KILLS=${#victims[@]}

base=$(free_block)
witness=$((base + 6))
export LAUREL_MEMBERS_SUBSCRIBERS="gamification=127.0.0.1:$((base + 4));referrals=127.0.0.1:$((base + 3));operator=127.0.0.1:$witness"
start_suite "$base"
began=$SECONDS

# has_consumed: since its start, gamification-svc has taken events.
has_consumed() {
  (($(curl -sf "http://127.0.0.1:$(metrics_port_of gamification)/metrics" | awk '/^laurel_gamification_events_consumed_total/ {sum += $2} END {print sum + 0}') > 0))
}

coproc client { node "$FAULT/outbox.js" "$LAUREL_STATE/tls" "$(port_of members)" "$(port_of gamification)" "$witness" "$KILLS"; }
client_pid=$! killed=0
exec 3<&"${client[0]}" 4>&"${client[1]}"
while read -r line <&3; do
  [[ $line == kill ]] || { echo "$line, $((SECONDS - began)) s" && continue; }
  victim=${victims[killed++]}
  [[ $victim == members ]] || eventually 30 "gamification-svc takes events" has_consumed
  kill_program "$victim"
  echo again >&4
done
wait "$client_pid" || fail "the books do not hold"
equal "$killed" "$KILLS"
echo "members-svc and gamification-svc killed $((KILLS / 2)) times each"
