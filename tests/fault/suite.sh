# shellcheck shell=bash
# A suite of its own on free ports, whose processes are killed and started again. Sourced.
# Random choices come from the seed that is printed; LAUREL_TEST_SEED gives it back.
# shellcheck source=tests/tools/assert.sh
source "$(dirname "${BASH_SOURCE[0]}")/../tools/assert.sh"
export LAUREL_STATE=$WORK/state
# shellcheck source=scripts/lib.sh
source "$ROOT/scripts/lib.sh"
# shellcheck source=scripts/programs.sh
source "$ROOT/scripts/programs.sh"
# shellcheck disable=SC2034 # for those who source this
FAULT=$ROOT/tests/fault

SEED=${LAUREL_TEST_SEED:-$((RANDOM * 32768 + RANDOM))}
export LAUREL_TEST_SEED=$SEED
RANDOM=$((SEED % 32768))
echo "seed: LAUREL_TEST_SEED=$SEED"

laurel() { "$ROOT/laurel" "$@"; }
at_end() {
  local status=$?
  if ((status != 0)); then tail -qn 8 "$LOG_DIR"/*.log 2>/dev/null | cut -c1-300 >&2 || true; fi
  laurel down --purge >/dev/null 2>&1 || true
}

# free_block → a base port with the fifteen above it free.
free_block() {
  local base offset
  while :; do
    base=$((10000 + $(od -An -N2 -tu2 /dev/urandom) % 14000))
    for offset in {0..15}; do ! tcp_in_use $((base + offset)) || continue 2; done
    echo "$base" && return
  done
}

start_suite() { # base-port
  laurel up --no-build --small --base-port "$1" >"$WORK/up.log" 2>&1 || { cat "$WORK/up.log" >&2 && fail "up"; }
  ports_load
}

# sql: a query on stdin or as argument, as the cluster's superuser; bare fields, separated by |.
sql() (
  # shellcheck source=/dev/null
  source "$LAUREL_STATE/postgres/dsn.env"
  export PGPASSFILE
  cd /
  /usr/lib/postgresql/15/bin/psql -XAtq -v ON_ERROR_STOP=1 "$(sed 's/ password=.*//; s/dbname=postgres/dbname=laurel/' <<<"$LAUREL_PG_ADMIN_DSN")" ${1:+-c "$1"}
)

# kill_hard PID: SIGKILL, and back when the process is gone.
kill_hard() {
  local start
  start=$(process_start "$1")
  kill -KILL "$1" || return 1
  wait_gone 10 "$1" "$start" || fail "process $1 outlived a SIGKILL"
}

restart_program() { # program
  start_program "$1" "$(settings "$1")"
  wait_ready "$1"
}

kill_program() { # program
  local pid
  pid=$(program_pid "$1")
  [[ -n $pid ]] || fail "$1 had ended by itself"
  kill_hard "$pid"
  restart_program "$1"
}

# kill_database: the postmaster; its orphans end and the server comes back.
kill_database() {
  kill_hard "$("$ROOT/scripts/cluster.sh" status "$LAUREL_STATE/postgres" | sed -n 's/.*pid \([0-9]*\),.*/\1/p')"
  "$ROOT/scripts/cluster.sh" up "$LAUREL_STATE/postgres" --small >/dev/null 2>&1 || fail "the database does not come back"
}

# kill_backend: one that members-svc uses. PostgreSQL then ends all others and recovers. It may still be recovering
# from the kill before this one, and members-svc then has none yet.
kill_backend() {
  eventually 60 "members-svc uses the database" kill_one_backend
}

kill_one_backend() {
  local pid
  pid=$(sql "SELECT pid FROM pg_stat_activity WHERE usename = 'members_app' ORDER BY random() LIMIT 1" 2>/dev/null) || return 1
  [[ -n $pid ]] && kill_hard "$pid"
}

# eventually SECONDS WHAT COMMAND...: asked again until it is true.
eventually() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    ((SECONDS <= end)) || fail "not within the time: $what"
    read -rt 0.1 <> <(:) || true
  done
}
