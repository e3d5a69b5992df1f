#!/usr/bin/env bash
# Installs the checking tools of tests/tools from their lock file, once: again only when the lock changes.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cd "$LAUREL_ROOT/tests/tools"
exec 7>.install.lock
flock 7
stamp=node_modules/.laurel-stamp
wanted="$(node --version) $(sha256sum package-lock.json)"
[[ $(cat "$stamp" 2>/dev/null) != "$wanted" ]] || exit 0

step "Installing the checking tools (npm ci in tests/tools)"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
npm ci --no-progress --loglevel=error >"$log" 2>&1 </dev/null 7>&- || die "npm ci failed:
$(tail -n 20 "$log")"
node check_engines.js
echo "$wanted" >"$stamp"
