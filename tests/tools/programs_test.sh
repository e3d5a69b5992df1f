#!/usr/bin/env bash
# Starting and ending programs: only what we started is ever ended, and what is wrong is said.
# shellcheck source=tests/tools/assert.sh
source "$(dirname "${BASH_SOURCE[0]}")/assert.sh"
export LAUREL_STATE=$WORK/state
# shellcheck source=scripts/lib.sh
source "$ROOT/scripts/lib.sh"
# shellcheck source=scripts/programs.sh
source "$ROOT/scripts/programs.sh"
mkdir -p "$RUN_DIR" "$LOG_DIR"
at_end() { kill "$stranger" 2>/dev/null || true; }

tail -f /dev/null &
stranger=$!
start=$(process_start "$stranger")

# A pid that has been given to another process since: start time or boot differ, so it is not ours.
echo "$stranger $((start - 1)) $(boot_id) x" >"$RUN_DIR/members.pid"
equal "$(program_pid members)" ''
stop_program members
echo "$stranger $start some-other-boot x" >"$RUN_DIR/members.pid"
stop_program members
equal "$(process_start "$stranger")" "$start"

# The very process is ours, and ends.
echo "$stranger $start $(boot_id) x" >"$RUN_DIR/members.pid"
equal "$(program_pid members)" "$stranger"
stop_program members
equal "$(process_start "$stranger")" ''
[[ ! -e $RUN_DIR/members.pid ]] || fail "the pid file is still there"

# Ports: the defaults, and all moved together.
ports_load
equal "$(port_of gateway) $(port_of members) $(port_of gamification)" '8080 7001 7004'
equal "$(metrics_port_of members) $(metrics_port_of gateway)" '9101 9105'
ports_choose 18000
ports_load
equal "$(port_of gateway) $(port_of members) $(metrics_port_of gateway)" '18000 18001 18015'
refuses ports_choose 80
refuses ports_choose 65530
refuses ports_choose 8o80

# A port that someone else holds: named, with the way out.
node -e "const s=require('net').createServer().listen(0,'127.0.0.1',()=>console.log(s.address().port))" >"$WORK/port" &
stranger=$!
until [[ -s $WORK/port ]]; do :; done
port=$(<"$WORK/port")
matches "$(require_port members "$port" gRPC 2>&1 || true)" "port $port \(members, gRPC\) is in use.*--base-port"

# A command sees its own settings and none of the others'.
export LAUREL_REWARDS_DSN=secret
equal "$(with_settings $'LAUREL_MEMBERS_LISTEN=a b\nLAUREL_COMMON_CLOCK=system' env | grep ^LAUREL_ | sort | tr '\n' ';')" \
  'LAUREL_COMMON_CLOCK=system;LAUREL_MEMBERS_LISTEN=a b;'
