#!/usr/bin/env bash
# A bulk job of 3,000 rows while members-svc is killed five times: at some row, or when the ledger has taken rows and
# their results are not written yet. Each row happens once. Then the daily work, killed while it settles and while it
# tells of points that will expire: each member is told of them once.
# shellcheck source=tests/fault/suite.sh
source "$(dirname "${BASH_SOURCE[0]}")/suite.sh"
readonly ROWS=3000 KILLS=5

start_suite "$(free_block)"
began=$SECONDS
read -r program job < <(node "$FAULT/bulk_jobs.js" prepare "$LAUREL_STATE/tls" "$(port_of members)") || fail "no job"

done_rows() { sql "SELECT max(done_count + failed_count) FROM members.jobs"; }
has_done() { (($(done_rows) >= $1)); }
entries() { sql "SELECT count(*) FROM members.entries WHERE kind = 9"; }
has_open_entries() { (($(entries) > $(done_rows))); }

# hold TABLE: nobody writes to it until kill_and_let_go.
hold() {
  coproc holder { sql; }
  # shellcheck disable=SC2154 # set by coproc
  holding=$holder_PID
  echo "BEGIN; LOCK TABLE members.$1 IN SHARE MODE; SELECT 'held';" >&"${holder[1]}"
  read -rt 10 -u "${holder[0]}" _ || fail "the table is not held"
}
# members-svc dies while the table is held; it starts without, since preparing its statements takes locks too.
kill_and_let_go() {
  kill_hard "$(program_pid members)"
  eval "exec ${holder[1]}>&-"
  wait "$holding" || true
  restart_program members
}

inside=0
for ((i = 1; i <= KILLS; i++)); do
  eventually 60 "row $((ROWS * i / (KILLS + 2)))" has_done $((ROWS * i / (KILLS + 2)))
  if ((i % 2)); then
    kill_program members
  else
    hold job_rows
    eventually 60 "rows whose results are not written" has_open_entries
    kill_and_let_go
  fi
  (($(done_rows) == ROWS)) || inside=$((inside + 1))
done
((inside >= 2)) || fail "the kills came after the job"
eventually 120 "the job's end" has_done "$ROWS"
node "$FAULT/bulk_jobs.js" check "$LAUREL_STATE/tls" "$(port_of members)" "$program" "$job" || fail "the books do not hold"
equal "$(entries)" "$ROWS"
echo "members-svc killed $KILLS times, $inside of them inside the job: $ROWS rows once each, $((SECONDS - began)) s"

told() { sql "SELECT coalesce(sum($1), 0) FROM members.daily_runs JOIN members.programs USING (program_id) WHERE display_name = 'Bulk'"; }
in_phase() { (($(told "phase * 10000 + slice") / 10000 == $1)); }
sql "DELETE FROM members.daily_runs" # the day begins anew
inside=0
for phase in 1 3; do
  eventually 60 "phase $phase of the day" in_phase "$phase"
  hold daily_runs
  in_phase 4 || inside=$((inside + 1))
  kill_and_let_go
done
((inside >= 1)) || fail "the kills came after the day's work"
eventually 120 "the day's end" in_phase 4
equal "$(told notified_count)" 200
echo "members-svc killed twice, $inside times inside the daily work: 200 members told once each, $((SECONDS - began)) s"
