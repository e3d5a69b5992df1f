#!/usr/bin/env bash
# The private cluster: promises kept on, rights as decided, data still there after a kill -9.
# shellcheck source=tests/tools/assert.sh
source "$(dirname "${BASH_SOURCE[0]}")/assert.sh"
home=$WORK/postgres
cluster() { "$ROOT/scripts/cluster.sh" "$@"; }
at_end() { cluster purge "$home"; }
PSQL=/usr/lib/postgresql/15/bin/psql
ask() { "$PSQL" -XAtq "$1" -c "$2"; }

cluster up "$home" --small
# shellcheck source=/dev/null
source "$home/dsn.env"
export PGPASSFILE

for setting in fsync full_page_writes synchronous_commit data_checksums; do
  equal "$(ask "$LAUREL_PG_ADMIN_DSN" "SHOW $setting")" on
done
equal "$(ask "$LAUREL_PG_ADMIN_DSN" "SHOW listen_addresses")" 127.0.0.1
equal "$(ask "$LAUREL_MEMBERS_DSN" "SHOW search_path")" members

# Owners make tables in their own schema only; the application makes none and sees no one else's.
ask "$LAUREL_MEMBERS_OWNER_DSN" 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)'
refuses ask "$LAUREL_MEMBERS_DSN" 'CREATE TABLE x ()'
refuses ask "$LAUREL_MEMBERS_DSN" 'SELECT n FROM kept'
refuses ask "$LAUREL_REWARDS_OWNER_DSN" 'SELECT n FROM members.kept'
refuses ask "$LAUREL_REWARDS_OWNER_DSN" 'CREATE TABLE members.x ()'
refuses ask "$LAUREL_REWARDS_OWNER_DSN" 'CREATE TABLE public.x ()'
refuses ask "${LAUREL_MEMBERS_DSN/password=*/password=wrong}" 'SELECT 1'

# The postmaster dies while a backend is busy: the next start waits for that one and finds the data.
# shellcheck source=/dev/null
source "$home/cluster.conf"
# shellcheck disable=SC2154 # from cluster.conf
postmaster=$(head -n 1 "$pg_data/postmaster.pid")
"$PSQL" -Xq "$LAUREL_PG_ADMIN_DSN" -c 'SELECT sum(i * i) FROM generate_series(1, 20000000) i' >/dev/null 2>&1 &
until [[ $(ask "$LAUREL_PG_ADMIN_DSN" "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%generate_series%' AND pid <> pg_backend_pid()") == 1 ]]; do :; done
kill -KILL "$postmaster"
cluster up "$home"
equal "$(ask "$LAUREL_MEMBERS_OWNER_DSN" 'SELECT n FROM kept')" 7
[[ $(head -n 1 "$pg_data/postmaster.pid") != "$postmaster" ]] || fail "it is still the old server"

# Again changes nothing; stopped is said; purged is gone.
before=$(cluster status "$home")
cluster up "$home"
equal "$(cluster status "$home")" "$before"
cluster stop "$home"
matches "$(cluster status "$home" || true)" ^stopped
cluster purge "$home"
[[ ! -e $home && ! -e $pg_data ]] || fail "purge left something behind"
