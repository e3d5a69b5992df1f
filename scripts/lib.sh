# shellcheck shell=bash
# shellcheck disable=SC2034 # what stands here is used by those who source it
# What all scripts share: where things are, and how they speak. Sourced, never run.
# Everything for the reader goes to stderr, so that a command's stdout is its answer alone.

LAUREL_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
LAUREL_STATE=${LAUREL_STATE:-$LAUREL_ROOT/.laurel}
LAUREL_PROGRAMS=(members rewards referrals gamification gateway)
LAUREL_SERVICES=(members rewards referrals gamification)
BUILD_DIR=$LAUREL_ROOT/build/release
# Precompiled headers: ccache asks for these two.
export CCACHE_SLOPPINESS=pch_defines,time_macros
BIN_DIR=$BUILD_DIR/bin

if [[ -t 2 && -z ${NO_COLOR:-} ]]; then
  _bold=$'\e[1m' _red=$'\e[31m' _off=$'\e[0m'
else
  _bold='' _red='' _off=''
fi

# step TEXT: a stage begins.   say TEXT: a detail of it.   die TEXT: the reason why it ends here.
step() { printf '%s==> %s%s\n' "$_bold" "$*" "$_off" >&2; }
say() { printf '    %s\n' "$*" >&2; }
warn() { printf '%s    %s%s\n' "$_red" "$*" "$_off" >&2; }
die() {
  printf '%slaurel: %s%s\n' "$_red" "$*" "$_off" >&2
  exit 1
}

# program_binary PROGRAM → the name of its executable.
program_binary() {
  if [[ $1 == gateway ]]; then echo gateway; else echo "$1-svc"; fi
}

# private_folder DIR...: exists, and nobody else looks in.
private_folder() {
  mkdir -p "$@" && chmod 700 "$@"
}

# write_private FILE: stdin becomes FILE with mode 0600, whole or not at all.
write_private() {
  local tmp
  tmp=$(mktemp "$1.XXXXXX") && cat >"$tmp" && mv -f "$tmp" "$1"
}

# random_hex BYTES
random_hex() { od -An -vtx1 -N"$1" /dev/urandom | tr -d ' \n'; }

base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

# hex_to_bytes: hex on stdin, bytes on stdout.
hex_to_bytes() {
  local hex
  read -r hex || true
  # shellcheck disable=SC2059,SC2001 # the format is the point: \xNN for each byte
  printf "$(sed 's/../\\x&/g' <<<"$hex")"
}

# tcp_in_use PORT: does anything answer on this loopback port?
tcp_in_use() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# process_start PID → the kernel's start time (ticks since boot), empty when there is no such process.
# Together with the pid it names one process for ever; a pid alone may have been given to another.
process_start() {
  local stat
  [[ -n $1 ]] || return 0 # and never /proc//stat, which is the whole machine's
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 0
  # The name in parentheses may hold blanks; field 22 is the 20th after it. A zombie does not count.
  read -ra stat <<<"${stat##*) }"
  [[ ${stat[0]} == Z ]] || echo "${stat[19]}"
}

# wait_gone SECONDS PID START: true once that very process has ended.
wait_gone() {
  local tries=$(($1 * 20))
  while [[ $(process_start "$2") == "$3" ]]; do
    ((tries-- > 0)) || return 1
    sleep 0.05
  done
}
