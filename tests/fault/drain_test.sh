#!/usr/bin/env bash
# Drain on SIGTERM. Two instances of members-svc behind the gateway, one of them ending at a time: no call fails at
# all. One alone: what it accepted it answers, and what it did not answer it has not done.
# shellcheck source=tests/fault/suite.sh
source "$(dirname "${BASH_SOURCE[0]}")/suite.sh"
ROUNDS=4

base=$(free_block)
second_port=$((base + 6)) second_metrics=$((base + 7))
export LAUREL_GATEWAY_MEMBERS_TARGET="127.0.0.1:$((base + 1)),127.0.0.1:$second_port"
start_suite "$base"

# The second instance: the first's settings, with places of its own.
second_settings() {
  settings members
  cat <<END_OF_SETTINGS
LAUREL_MEMBERS_LISTEN=127.0.0.1:$second_port
LAUREL_MEMBERS_METRICS_LISTEN=127.0.0.1:$second_metrics
LAUREL_MEMBERS_READY_FILE=$WORK/second.ready
END_OF_SETTINGS
}

start_second() {
  rm -f "$WORK/second.ready"
  with_settings "$(second_settings)" "$BIN_DIR/members-svc" serve </dev/null >>"$LOG_DIR/second.log" 2>&1 &
  second=$!
  eventually 30 "the second instance is ready" test -s "$WORK/second.ready"
}

# has_served METRICS_PORT: calls have come since its start.
has_served() {
  (($(curl -sf "http://127.0.0.1:$1/metrics" | awk '/^laurel_members_rpc_requests_total/ {sum += $2} END {print sum + 0}') > 20))
}

# end_of PID: SIGTERM, and it ends by itself.
end_gently() {
  local start
  start=$(process_start "$1")
  kill -TERM "$1"
  wait_gone 15 "$1" "$start" || fail "not drained within 15 s"
}

# load MODE: steady calls in the background, answers on 3, words to it on 4.
begin_load() {
  coproc client { exec node "$FAULT/drain.js" "$1" "$LAUREL_STATE/tls" "$(port_of members)" "$(gateway_url)" "$ROOT/laurel" token staff manager; }
  client_pid=$!
  exec 3<&"${client[0]}" 4>&"${client[1]}"
  read -r line <&3
  equal "$line" ready
}

finish_load() {
  echo end >&4
  read -r line <&3 || true
  wait "$client_pid" || fail "$1"
  echo "$line"
}

start_second
began=$SECONDS
begin_load rest
for ((round = 1; round <= ROUNDS; round++)); do
  eventually 30 "calls at the first" has_served "$(metrics_port_of members)"
  eventually 30 "calls at the second" has_served "$second_metrics"
  end_gently "$(program_pid members)"
  restart_program members
  eventually 30 "calls at the first again" has_served "$(metrics_port_of members)"
  end_gently "$second"
  start_second
done
finish_load "calls failed while one of two instances ended"
echo "two instances, $((ROUNDS * 2)) SIGTERMs in $((SECONDS - began)) s"
end_gently "$second"

began=$SECONDS
begin_load grpc
for ((round = 1; round <= ROUNDS; round++)); do
  eventually 30 "calls at the only instance" has_served "$(metrics_port_of members)"
  end_gently "$(program_pid members)"
  restart_program members
done
eventually 30 "calls at the only instance" has_served "$(metrics_port_of members)"
finish_load "an accepted call was not answered"
echo "one instance, $ROUNDS SIGTERMs in $((SECONDS - began)) s"
