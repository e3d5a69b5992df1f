#!/usr/bin/env bash
# Twelve clients post to and read from two members-svc on one schema while both and PostgreSQL are killed, twenty
# times in all. What each client was told, and when, is then read against the ledger (tests/members-svc/history).
# shellcheck source=tests/fault/suite.sh
source "$(dirname "${BASH_SOURCE[0]}")/suite.sh"
readonly KILLS=${LAUREL_TEST_KILLS:-20}
base=$(free_block)
second_port=$((base + 6))

# start_members: PostgreSQL and members-svc alone; nothing else is needed here.
start_members() {
  mkdir -p "$RUN_DIR" "$LOG_DIR" && chmod 711 "$LAUREL_STATE"
  ports_choose "$base"
  "$ROOT/scripts/certs.sh" "$LAUREL_STATE" >"$WORK/up.log" 2>&1 || fail "$(cat "$WORK/up.log")"
  "$ROOT/scripts/cluster.sh" up "$LAUREL_STATE/postgres" --small >"$WORK/up.log" 2>&1 || fail "$(cat "$WORK/up.log")"
  (with_settings "$(settings members && owner_database_of members)" "$BIN_DIR/members-svc" migrate >"$WORK/up.log" 2>&1) || fail "$(cat "$WORK/up.log")"
  restart_program members
}

# start_second: a members-svc beside the suite's, on the same schema.
start_second() {
  rm -f "$WORK/second.ready"
  (
    export LAUREL_MEMBERS_LISTEN=127.0.0.1:$second_port LAUREL_MEMBERS_METRICS_LISTEN=127.0.0.1:0
    export LAUREL_MEMBERS_READY_FILE=$WORK/second.ready
    with_settings "$(settings members)" setsid "$BIN_DIR/members-svc" serve </dev/null >>"$LOG_DIR/second.log" 2>&1 5>&-
  ) &
  second=$!
  eventually 20 "the second members-svc is ready" test -s "$WORK/second.ready"
}

kill_victim() { # members|second|database|backend
  case $1 in
    second) kill_hard "$second" && start_second ;;
    database) kill_database ;;
    backend) kill_backend ;;
    *) kill_program "$1" ;;
  esac
}

start_members
start_second
began=$SECONDS
mapfile -t victims < <(for ((i = 0; i < KILLS; i++)); do
  case $((i % 10)) in 4) echo database ;; 9) echo backend ;; 1 | 3 | 6 | 8) echo second ;; *) echo members ;; esac
done | shuf --random-source=<(yes "$SEED"))
database_of_admin() {
  grep '^LAUREL_PG_ADMIN_DSN=' "$LAUREL_STATE/postgres/dsn.env" | unquoted | sed 's/^[^=]*=//; s/dbname=postgres/dbname=laurel/'
}
# The clients end when nobody holds their input open any more.
mkfifo "$WORK/input"
exec 5<>"$WORK/input"
env LAUREL_TOOL_CA_FILE="$LAUREL_STATE/tls/ca.crt" LAUREL_TOOL_CERT_FILE="$LAUREL_STATE/tls/operator.crt" \
  LAUREL_TOOL_KEY_FILE="$LAUREL_STATE/tls/operator.key" "$BIN_DIR/laurel-history" \
  "127.0.0.1:$(port_of members),127.0.0.1:$second_port" "$(database_of_admin)" "$SEED" <"$WORK/input" 5>&- >"$WORK/history.log" 2>&1 &
client=$!
eventually 30 "the clients are at work" grep -q ready "$WORK/history.log"
for victim in "${victims[@]}"; do
  read -rt "0.$((RANDOM % 800 + 200))" <> <(:) || true # somewhere in the middle
  kill_victim "$victim" 5>&- # or what is started again keeps the input open
  kill -0 "$client" 2>/dev/null || fail "the clients ended: $(cat "$WORK/history.log")"
done
read -rt 1 <> <(:) || true
exec 5>&-
wait "$client" || fail "the history does not hold: $(cat "$WORK/history.log")"
kill_hard "$second"
echo "killed ${victims[*]}: $(grep calls "$WORK/history.log"); 0 faults, $((SECONDS - began)) s"
