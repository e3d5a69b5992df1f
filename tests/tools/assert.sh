# shellcheck shell=bash
# The little that tests of scripts need. Sourced.
set -euo pipefail
# shellcheck disable=SC2034 # for those who source this
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

fail() {
  echo "FAILED (line ${BASH_LINENO[-2]}): $*" >&2
  exit 1
}
equal() { [[ $1 == "$2" ]] || fail "wanted '$2', got '$1'"; }
matches() { [[ $1 =~ $2 ]] || fail "wanted something like '$2', got '$1'"; }
refuses() { if ("$@") >/dev/null 2>&1; then fail "should have been refused: $*"; fi; }

# A folder that goes away with the test, and that an unprivileged server's user may pass through.
WORK=$(mktemp -d /tmp/laurel-script-test.XXXXXX)
chmod 711 "$WORK"
at_end() { :; }
trap 'at_end; rm -rf "$WORK"' EXIT
