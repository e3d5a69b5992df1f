# shellcheck shell=bash
# Starting, watching and ending the five programs. Sourced by ./laurel.
# What runs is known by .laurel/run/PROGRAM.pid: pid, kernel start time, boot id and a fingerprint of binary,
# settings and certificate. A process is ours only if all of pid, start time and boot agree; it is current
# only if the fingerprint does too.

RUN_DIR=$LAUREL_STATE/run LOG_DIR=$LAUREL_STATE/logs
READY_SECONDS=60 STOP_SECONDS=30
MAX_LOG_BYTES=$((64 * 1024 * 1024))

# --- ports -----------------------------------------------------------------------------------------------

# Default: gateway 8080, gRPC 7001 to 7004, metrics 9101 to 9105. With a base port B: gateway B, gRPC B+1 to
# B+4, metrics B+11 to B+15. The choice is kept until `down --purge` or another one.
ports_load() {
  base_port=''
  if [[ -s $LAUREL_STATE/base-port ]]; then base_port=$(<"$LAUREL_STATE/base-port"); fi
}

ports_choose() { # base-port
  if ! [[ $1 =~ ^[0-9]{4,5}$ ]] || (($1 < 1024 || $1 > 65520)); then
    die "--base-port wants a number from 1024 to 65520, not '$1'"
  fi
  ports_load
  [[ $1 != "$base_port" ]] || return 0
  local program
  for program in "${LAUREL_PROGRAMS[@]}"; do
    [[ -z $(program_pid "$program") ]] || die "the suite runs on other ports: ./laurel down first, then ./laurel up --base-port $1"
  done
  mkdir -p "$LAUREL_STATE"
  echo "$1" >"$LAUREL_STATE/base-port"
  base_port=$1
}

program_number() {
  local i
  for i in "${!LAUREL_PROGRAMS[@]}"; do
    if [[ ${LAUREL_PROGRAMS[i]} == "$1" ]]; then echo $((i + 1)); fi
  done
}

# port_of PROGRAM: HTTP for the gateway, gRPC for the others.
port_of() {
  if [[ $1 == gateway ]]; then
    echo "${base_port:-8080}"
  else
    echo $((${base_port:-7000} + $(program_number "$1")))
  fi
}

metrics_port_of() {
  local start=9100
  [[ -z $base_port ]] || start=$((base_port + 10))
  echo $((start + $(program_number "$1")))
}

gateway_url() { echo "http://127.0.0.1:$(port_of gateway)"; }

# --- environment -----------------------------------------------------------------------------------------

target() { echo "127.0.0.1:$(port_of "$1")"; }

# settings PROGRAM → NAME=value lines: the program's whole configuration. What the caller's own environment
# says under the program's prefix or LAUREL_COMMON_ comes last and wins.
settings() {
  local program=$1 p=LAUREL_${1^^} tls=$LAUREL_STATE/tls
  cat <<END
LAUREL_COMMON_ENVIRONMENT=development
LAUREL_COMMON_CLOCK=system
LAUREL_COMMON_CA_FILE=$tls/ca.crt
LAUREL_COMMON_PEERS_FILE=$tls/peers.json
LAUREL_COMMON_LOG_SAMPLE=100
${p}_LISTEN=$(target "$program")
${p}_METRICS_LISTEN=127.0.0.1:$(metrics_port_of "$program")
${p}_READY_FILE=$RUN_DIR/$program.ready
${p}_CERT_FILE=$tls/$program.crt
${p}_KEY_FILE=$tls/$program.key
END
  "settings_of_$program"
  env | grep -E "^(${p}|LAUREL_COMMON)_[A-Z0-9_]+=" || true
}

database_of() { grep "^LAUREL_${1^^}_DSN=" "$LAUREL_STATE/postgres/dsn.env" | unquoted; }
owner_database_of() { grep "^LAUREL_${1^^}_OWNER_DSN=" "$LAUREL_STATE/postgres/dsn.env" | unquoted; }

# unquoted: shell assignments on stdin, NAME=value without the shell's quoting on stdout.
unquoted() {
  local name value
  while IFS='=' read -r name value; do
    eval "value=$value"
    echo "$name=$value"
  done
}

settings_of_members() {
  database_of members
  cat <<END
LAUREL_MEMBERS_MASTER_KEY_FILE=$LAUREL_STATE/keys/members-master.key
LAUREL_MEMBERS_INDEX_KEY_FILE=$LAUREL_STATE/keys/members-index.key
LAUREL_MEMBERS_SUBSCRIBERS=gamification=$(target gamification);referrals=$(target referrals);rewards=$(target rewards)
END
}

settings_of_rewards() {
  database_of rewards
  cat <<END
LAUREL_REWARDS_MEMBERS_TARGET=$(target members)
LAUREL_REWARDS_SUBSCRIBERS=gamification=$(target gamification)
END
}

settings_of_referrals() {
  database_of referrals
  cat <<END
LAUREL_REFERRALS_MEMBERS_TARGET=$(target members)
LAUREL_REFERRALS_SUBSCRIBERS=gamification=$(target gamification)
END
}

settings_of_gamification() {
  database_of gamification
  cat <<END
LAUREL_GAMIFICATION_MEMBERS_TARGET=$(target members)
END
}

settings_of_gateway() {
  local service
  echo "LAUREL_GATEWAY_ISSUERS_FILE=$LAUREL_STATE/jwt/issuers.json"
  for service in "${LAUREL_SERVICES[@]}"; do echo "LAUREL_GATEWAY_${service^^}_TARGET=$(target "$service")"; done
}

# with_settings SETTINGS COMMAND...: replaces this (sub)shell by the command, which sees of all LAUREL_
# names only these. Exported rather than given to env(1): arguments can be read by everyone.
with_settings() {
  local name line settings=$1
  shift
  # One burst of connections past the file limit leaves a gRPC server deaf.
  ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"
  for name in $(compgen -e LAUREL_ || true); do unset "$name"; done
  while IFS= read -r line; do export "${line?}"; done <<<"$settings"
  exec "$@"
}

# --- processes -------------------------------------------------------------------------------------------

boot_id() { cat /proc/sys/kernel/random/boot_id; }

# program_pid PROGRAM → the pid of the process that we started, if it still runs.
program_pid() {
  local pid start boot
  { read -r pid start boot _ <"$RUN_DIR/$1.pid"; } 2>/dev/null || return 0
  if [[ $boot == "$(boot_id)" && -n $start && $(process_start "$pid") == "$start" ]]; then echo "$pid"; fi
}

fingerprint() { # program settings
  local binary
  binary=$BIN_DIR/$(program_binary "$1")
  { stat -c '%Y %s %i' "$binary" && echo "$2" && cat "$LAUREL_STATE/tls/$1.crt" "$LAUREL_STATE/tls/ca.crt"; } |
    sha256sum | cut -c1-32
}

# program_current PROGRAM SETTINGS: runs, and with this very binary, settings and certificate.
program_current() {
  local print
  [[ -n $(program_pid "$1") ]] || return 1
  read -r _ _ _ print <"$RUN_DIR/$1.pid"
  [[ $print == "$(fingerprint "$1" "$2")" ]]
}

require_port() { # program port what
  tcp_in_use "$2" || return 0
  die "port $2 ($1, $3) is in use by another process$(port_holder "$2").
    End that, or move all of Laurel's ports: ./laurel up --base-port 18000"
}

# require_ports PROGRAM: where it does not run, its two ports must be free.
require_ports() {
  local protocol=gRPC
  [[ $1 != gateway ]] || protocol=HTTP
  [[ -z $(program_pid "$1") ]] || return 0
  require_port "$1" "$(port_of "$1")" "$protocol"
  require_port "$1" "$(metrics_port_of "$1")" metrics
}

port_holder() { # port
  command -v ss >/dev/null || return 0
  ss -Hltnp "sport = :$1" 2>/dev/null | sed -n 's/.*users:((\("[^"]*"\),pid=\([0-9]*\).*/: \1, pid \2/p' | head -n 1
}

start_program() { # program settings
  local program=$1 binary pid
  binary=$BIN_DIR/$(program_binary "$program")
  rm -f "$RUN_DIR/$program.ready"
  turn_log "$LOG_DIR/$program.log"
  (
    cd "$LAUREL_STATE" || exit 1
    with_settings "$2" setsid "$binary" serve </dev/null >>"$LOG_DIR/$program.log" 2>&1 9>&-
  ) &
  pid=$!
  echo "$pid $(process_start "$pid") $(boot_id) $(fingerprint "$program" "$2")" >"$RUN_DIR/$program.pid"
}

turn_log() { # file
  if [[ -f $1 ]] && (($(stat -c %s "$1") > MAX_LOG_BYTES)); then mv -f "$1" "$1.1"; fi
  touch "$1"
}

last_words() { # program
  warn "the last lines of $LOG_DIR/$1.log:"
  tail -n 12 "$LOG_DIR/$1.log" | cut -c1-400 | sed 's/^/      /' >&2
}

# wait_ready PROGRAM: until it has written its ready file and answers on its metrics port.
wait_ready() {
  local program=$1 tries=$((READY_SECONDS * 20)) pid
  while :; do
    pid=$(program_pid "$program")
    if [[ -z $pid ]]; then
      last_words "$program"
      die "$program ended while starting"
    fi
    if ready_file_names "$program" "$pid" && answers "$program"; then return 0; fi
    if ((tries-- <= 0)); then
      last_words "$program"
      die "$program was not ready after $READY_SECONDS s"
    fi
    sleep 0.05
  done
}

ready_file_names() { # program pid
  [[ -s $RUN_DIR/$1.ready && $(jq -r .pid "$RUN_DIR/$1.ready" 2>/dev/null) == "$2" ]]
}

answers() { # program
  curl -sf -m 5 -o /dev/null "http://127.0.0.1:$(metrics_port_of "$1")/metrics" || return 1
  [[ $1 != gateway ]] || curl -sf -m 5 -o /dev/null "$(gateway_url)/readyz"
}

# stop_program PROGRAM: SIGTERM, time to drain, SIGKILL. Only ever the process that we started.
stop_program() {
  local pid start
  pid=$(program_pid "$1")
  if [[ -n $pid ]]; then
    read -r _ start _ <"$RUN_DIR/$1.pid"
    kill -TERM "$pid" 2>/dev/null || true
    if ! wait_gone "$STOP_SECONDS" "$pid" "$start"; then
      warn "$1 has not drained within $STOP_SECONDS s: killed"
      kill -KILL "$pid" 2>/dev/null || true
      wait_gone 10 "$pid" "$start" || die "$1 (pid $pid) does not end"
    fi
  fi
  rm -f "$RUN_DIR/$1.pid" "$RUN_DIR/$1.ready"
}
