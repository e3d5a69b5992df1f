#!/usr/bin/env bash
# A private PostgreSQL 15 cluster: made, started, stopped and removed without touching any other.
#   scripts/cluster.sh up HOME [--small]   make it if it is not there, start it, make roles and schemas
#   scripts/cluster.sh stop|status|purge HOME
# HOME holds what callers need, for its owner's eyes only: passwords (libpq's pgpass form) and dsn.env
# (shell assignments: LAUREL_<SERVICE>_DSN, LAUREL_<SERVICE>_OWNER_DSN, LAUREL_PG_ADMIN_DSN, PGPASSFILE).
# PostgreSQL refuses to run as root: called by root, the server belongs to the user postgres, and the data
# lie under /var/lib/laurel when that user cannot reach HOME. --small is for tests: little memory, the same
# promises (fsync, full_page_writes, synchronous_commit and checksums are always on).
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Named in full: another PostgreSQL may come first on the PATH.
PG_BIN=/usr/lib/postgresql/15/bin
PG_ADMIN=laurel_admin
PG_ORPHAN_SECONDS=20

# cluster_load HOME: sets pg_home, pg_data, pg_sockets, pg_port, pg_size, choosing them the first time.
cluster_load() {
  local key
  pg_home=$(mkdir -p "$1" && cd "$1" && pwd -P)
  key=$(sha256sum <<<"$pg_home" | cut -c1-12)
  pg_size=full pg_port='' pg_data=''
  # shellcheck disable=SC1091 # written by cluster_save
  [[ ! -s $pg_home/cluster.conf ]] || source "$pg_home/cluster.conf"
  if ((EUID == 0)); then
    id postgres >/dev/null 2>&1 || die "the user postgres is missing: package postgresql-15 makes it"
    pg_sockets=/run/laurel-$key
    chmod 711 "$pg_home"
  else
    pg_sockets=/tmp/laurel-$UID-$key
  fi
  [[ -n $pg_data ]] || pg_data=$(choose_data_folder "$key")
  [[ -n $pg_port ]] || pg_port=$(free_port "$((16#${key:0:4}))")
}

cluster_save() {
  printf 'pg_data=%q\npg_port=%q\npg_size=%q\n' "$pg_data" "$pg_port" "$pg_size" | write_private "$pg_home/cluster.conf"
}

choose_data_folder() { # key
  if as_owner test -x "$pg_home"; then echo "$pg_home/data"; else echo "/var/lib/laurel/$1/data"; fi
}

# free_port SEED → a port below the range that the kernel gives to outgoing connections.
free_port() {
  local i port
  for i in {0..199}; do
    port=$((25000 + ($1 + i * 37) % 7000))
    tcp_in_use "$port" || { echo "$port" && return; }
  done
  die "no free loopback port for PostgreSQL between 25000 and 32000"
}

# as_owner COMMAND...: as the user whom the server belongs to, from a folder that everyone may enter.
as_owner() (
  cd /
  if ((EUID == 0)); then
    exec setpriv --reuid postgres --regid postgres --init-groups -- env -i PATH="$PATH" LC_ALL=C.UTF-8 "$@"
  fi
  exec env LC_ALL=C.UTF-8 "$@"
)

# server_processes → the pids whose working folder is the data folder: postmaster, backends and orphans
# alike. Asked as the owner, since in a container even root may not look into another user's processes.
server_processes() {
  as_owner find /proc -maxdepth 2 -path '/proc/[0-9]*/cwd' -printf '%h %l\n' 2>/dev/null |
    while read -r proc cwd; do
      if [[ $cwd == "$pg_data" ]]; then echo "${proc#/proc/}"; fi
    done || true
}

# postmaster → its pid when it runs, otherwise nothing.
postmaster() {
  local pid
  pid=$(sed -n 1p "$pg_data/postmaster.pid" 2>/dev/null) || return 0
  if [[ -n $pid ]]; then server_processes | grep -x -- "$pid" || true; fi
}

# After a kill -9 of the postmaster its backends finish what they do; a new server beside them would be
# refused, or worse. Wait, then ask, then give up.
wait_for_orphans() {
  local pids tries=$((PG_ORPHAN_SECONDS * 10))
  while pids=$(server_processes) && [[ -n $pids ]]; do
    ((tries == PG_ORPHAN_SECONDS * 10)) && say "waiting for PostgreSQL processes that a killed server left behind: ${pids//$'\n'/ }"
    # shellcheck disable=SC2086 # one word per pid
    ((tries == PG_ORPHAN_SECONDS * 5)) && { kill -QUIT $pids 2>/dev/null || true; }
    ((tries-- > 0)) || die "PostgreSQL processes of a killed server do not end: ${pids//$'\n'/ }"
    sleep 0.1
  done
  # Lock files whose pid is a zombie, or belongs to a stranger by now, would keep the server from starting.
  rm -f "$pg_data/postmaster.pid" "$pg_sockets"/.s.PGSQL.*
}

# memory_mb → of the machine, or of the container where that is less.
memory_mb() {
  local machine limit
  machine=$(awk '/^MemTotal/ {print int($2 / 1024)}' /proc/meminfo)
  limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || true)
  if [[ $limit =~ ^[0-9]+$ ]] && ((limit / 1048576 < machine)); then machine=$((limit / 1048576)); fi
  echo "$machine"
}

at_most() { echo $(($1 < $2 ? $1 : $2)); }
at_least() { echo $(($1 > $2 ? $1 : $2)); }

write_settings() {
  local buffers=256 max_wal=1024 min_wal=256 free_mb
  if [[ $pg_size == full ]]; then
    free_mb=$(df -Pm "$pg_data" | awk 'NR == 2 {print $4}')
    buffers=$(at_least 128 "$(at_most 2048 $(($(memory_mb) / 4)))")
    max_wal=$(at_least 1024 "$(at_most 32768 $((free_mb / 4)))")
    min_wal=$(at_least 256 "$(at_most 4096 $((max_wal / 8)))")
  fi
  cat >"$pg_data/laurel.conf" <<END
# Written by scripts/cluster.sh at each start.
listen_addresses = '127.0.0.1'
port = $pg_port
unix_socket_directories = '$pg_sockets'
max_connections = 200
max_locks_per_transaction = 512  # what reads a member's whole history locks the partitions of all days
password_encryption = 'scram-sha-256'
timezone = 'UTC'
shared_buffers = ${buffers}MB
jit = off                        # statements over unnest are estimated high and would be compiled each time
# durability: an acknowledged write is on the disk
fsync = on
synchronous_commit = on
full_page_writes = on
# few checkpoints: the first write to a page after each costs a full image of it
checkpoint_timeout = 30min
max_wal_size = ${max_wal}MB
min_wal_size = ${min_wal}MB
wal_compression = lz4
# a log file per weekday, so that a week is kept
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%a.log'
log_truncate_on_rotation = on
log_rotation_age = 1d
log_rotation_size = 0
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u@%d '
log_lock_waits = on
log_checkpoints = on
END
}

make_data() {
  local parent fresh secret
  parent=$(dirname "$pg_data") fresh=$pg_data.new
  mkdir -p "$parent"
  [[ $parent == "$pg_home" ]] || chmod 711 "$parent"
  rm -rf "$fresh" && mkdir -m 700 "$fresh"
  secret=$(mktemp) && password_of "$PG_ADMIN" >"$secret"
  ((EUID != 0)) || chown postgres: "$fresh" "$secret"
  as_owner "$PG_BIN/initdb" -D "$fresh" -U "$PG_ADMIN" --pwfile="$secret" --auth=scram-sha-256 \
    --data-checksums --encoding=UTF8 --locale=C.UTF-8 --no-instructions >"$pg_home/initdb.log" 2>&1 ||
    { rm -f "$secret" && die "initdb failed: $(tail -n 5 "$pg_home/initdb.log")"; }
  rm -f "$secret"
  echo "include 'laurel.conf'" >>"$fresh/postgresql.conf"
  # Renamed when whole: a data folder under its final name is never half made.
  mv "$fresh" "$pg_data"
}

password_of() { awk -F: -v role="$1" '$4 == role {print $5}' "$pg_home/passwords"; }

make_passwords() {
  [[ -s $pg_home/passwords ]] && return
  local service role
  for role in "$PG_ADMIN" $(for service in "${LAUREL_SERVICES[@]}"; do echo "${service}_owner ${service}_app"; done); do
    echo "*:*:*:$role:$(random_hex 24)"
  done | write_private "$pg_home/passwords"
}

dsn() { # role [database]
  echo "host=$pg_sockets port=$pg_port dbname=${2:-laurel} user=$1 password=$(password_of "$1")"
}

write_dsns() {
  local service
  {
    printf 'LAUREL_PG_ADMIN_DSN=%q\nPGPASSFILE=%q\n' "$(dsn "$PG_ADMIN")" "$pg_home/passwords"
    for service in "${LAUREL_SERVICES[@]}"; do
      printf 'LAUREL_%s_DSN=%q\n' "${service^^}" "$(dsn "${service}_app")"
      printf 'LAUREL_%s_OWNER_DSN=%q\n' "${service^^}" "$(dsn "${service}_owner")"
    done
  } | write_private "$pg_home/dsn.env"
}

make_socket_folder() {
  mkdir -p "$pg_sockets"
  if ((EUID == 0)); then chown postgres: "$pg_sockets"; fi
  [[ -O $pg_sockets || $EUID == 0 ]] || die "$pg_sockets belongs to someone else"
  chmod 755 "$pg_sockets"
}

# The port may be taken between looking and binding: then another one.
start_server() {
  local try
  [[ -z $(postmaster) ]] || return 0
  wait_for_orphans
  make_socket_folder
  for try in 1 2 3; do
    if tcp_in_use "$pg_port"; then pg_port=$(free_port "$((RANDOM))"); fi
    write_settings
    if as_owner "$PG_BIN/pg_ctl" -D "$pg_data" -w -t 120 -s -l "$pg_data/start.log" start 2>/dev/null; then
      cluster_save
      return 0
    fi
    tcp_in_use "$pg_port" || break
  done
  die "PostgreSQL does not start (try $try). Its last words:
$(tail -qn 15 "$pg_data/start.log" "$pg_data"/log/*.log 2>/dev/null)"
}

admin_psql() { # database
  PGPASSFILE=$pg_home/passwords "$PG_BIN/psql" -X -q -v ON_ERROR_STOP=1 -h "$pg_sockets" -p "$pg_port" -U "$PG_ADMIN" -d "$1"
}

# Two roles per service: the owner migrates, the application owns nothing. Running it again changes nothing.
make_roles() {
  local service
  {
    for service in "${LAUREL_SERVICES[@]}"; do
      role_sql "${service}_owner" "$service"
      role_sql "${service}_app" "$service"
    done
    echo "SELECT 'CREATE DATABASE laurel' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'laurel') \\gexec"
  } | admin_psql postgres
  {
    echo 'REVOKE ALL ON DATABASE laurel FROM PUBLIC; REVOKE ALL ON SCHEMA public FROM PUBLIC;'
    for service in "${LAUREL_SERVICES[@]}"; do schema_sql "$service"; done
  } | admin_psql laurel
}

role_sql() { # role schema
  cat <<END
SELECT 'CREATE ROLE $1 LOGIN PASSWORD ''$(password_of "$1")''' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '$1') \\gexec
SELECT 'ALTER ROLE $1 SET search_path = $2' WHERE NOT EXISTS (
  SELECT FROM pg_roles WHERE rolname = '$1' AND rolconfig @> ARRAY['search_path=$2']) \\gexec
END
}

schema_sql() { # service
  cat <<END
SET client_min_messages = warning;
CREATE SCHEMA IF NOT EXISTS $1 AUTHORIZATION $1_owner;
GRANT USAGE ON SCHEMA $1 TO $1_app;
GRANT CONNECT ON DATABASE laurel TO $1_owner, $1_app;
END
}

cluster_up() { # home [--small]
  cluster_load "$1"
  [[ -x $PG_BIN/postgres ]] || die "PostgreSQL 15 is missing ($PG_BIN): scripts/packages.sh run installs it"
  [[ ${2:-} != --small ]] || pg_size=small
  make_passwords
  cluster_save
  [[ -s $pg_data/PG_VERSION ]] || make_data
  start_server
  make_roles
  write_dsns
}

cluster_stop() { # home
  [[ -s $1/cluster.conf ]] || return 0
  cluster_load "$1"
  [[ -n $(postmaster) ]] || return 0
  as_owner "$PG_BIN/pg_ctl" -D "$pg_data" -m fast -w -t 60 -s stop ||
    as_owner "$PG_BIN/pg_ctl" -D "$pg_data" -m immediate -w -t 30 -s stop
}

cluster_status() { # home
  [[ -s $1/cluster.conf ]] || { echo "not made" && return 3; }
  cluster_load "$1"
  local pid
  pid=$(postmaster)
  [[ -n $pid ]] || { echo "stopped; data in $pg_data" && return 3; }
  echo "running, pid $pid, socket $pg_sockets, port $pg_port, data in $pg_data"
}

cluster_purge() { # home
  [[ -s $1/cluster.conf ]] || { rm -rf "$1" && return; }
  cluster_stop "$1"
  cluster_load "$1"
  wait_for_orphans
  rm -rf "$pg_data" "$pg_data.new" "$pg_sockets" "$pg_home"
  # The folder of its own under /var/lib/laurel, where it was used.
  [[ $pg_data != /var/lib/laurel/* ]] || rmdir "$(dirname "$pg_data")" /var/lib/laurel 2>/dev/null || true
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  set -euo pipefail
  case ${1:-}:$# in
    up:2 | up:3) cluster_up "$2" "${3:-}" ;;
    stop:2) cluster_stop "$2" ;;
    status:2) cluster_status "$2" ;;
    purge:2) cluster_purge "$2" ;;
    *) die "usage: scripts/cluster.sh up|stop|status|purge HOME [--small]" ;;
  esac
fi
