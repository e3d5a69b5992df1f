#!/usr/bin/env bash
# Proves everything on a database of its own:  scripts/test.sh [FILTER]   (FILTER: ctest's -R, a pattern of names)
# The tests are told, by environment:
#   LAUREL_TEST_PG        libpq string of a superuser on a temporary cluster (fsync on)
#   PGPASSFILE            the passwords of the services' roles on it
#   LAUREL_TEST_TLS_DIR   certificates as scripts/certs.sh makes them (beside it: LAUREL_TEST_JWT_DIR)
#   LAUREL_BIN_DIR        the built programs
#   REAL_DATA             passed on when the caller has set it: a folder with real purchases
# The cluster and its folder go away however this ends; what a kill -9 leaves behind, the next run removes.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$LAUREL_ROOT"

readonly PREFIX=/tmp/laurel-test

remove_folder() { # folder
  scripts/cluster.sh purge "$1/postgres" >/dev/null 2>&1 || true
  rm -rf "$1"
}

# A folder whose maker no longer lives is nobody's.
sweep_old_folders() {
  local folder pid start
  for folder in "$PREFIX".??????; do
    [[ -O $folder && -s $folder/maker ]] || continue
    read -r pid start <"$folder/maker"
    [[ $(process_start "$pid") == "$start" ]] || remove_folder "$folder"
  done
}

make_folder() {
  folder=$(mktemp -d "$PREFIX.XXXXXX")
  chmod 711 "$folder" # the database server's user passes through here
  echo "$$ $(process_start $$)" >"$folder/maker"
}

build_all() {
  mkdir -p build
  if [[ ! -f $BUILD_DIR/build.ninja ]] || ! grep -q '^LAUREL_TESTS:BOOL=ON' "$BUILD_DIR/CMakeCache.txt"; then
    step "Configuring the build"
    cmake --preset release -DLAUREL_TESTS=ON >&2
  fi
  step "Building everything"
  ninja -C "$BUILD_DIR" -j "$(nproc)" >&2 || die "the build failed; the compiler's words are above"
}

run_tests() { # [filter]
  local -a filter=()
  [[ -z ${1:-} ]] || filter=(-R "$1")
  ulimit -n 65536 2>/dev/null || true
  # shellcheck source=/dev/null
  source "$folder/postgres/dsn.env"
  # Three at a time on two cores: half of what tests do is waiting.
  LAUREL_TEST_PG=${LAUREL_PG_ADMIN_DSN/dbname=laurel/dbname=postgres} PGPASSFILE=$PGPASSFILE \
    LAUREL_TEST_TLS_DIR=$folder/dev/tls LAUREL_TEST_JWT_DIR=$folder/dev/jwt LAUREL_BIN_DIR=$BIN_DIR \
    ctest --test-dir "$BUILD_DIR" --output-on-failure --no-tests=error -j3 "${filter[@]}" </dev/null
}

scripts/packages.sh test
scripts/npm.sh
build_all
sweep_old_folders
make_folder
trap 'remove_folder "$folder"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
step "Starting a temporary PostgreSQL in $folder"
scripts/certs.sh "$folder/dev"
scripts/cluster.sh up "$folder/postgres" --small
step "Running the tests"
run_tests "${1:-}"
