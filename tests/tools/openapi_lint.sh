#!/usr/bin/env bash
# tests/tools/openapi_lint.sh FILE: an OpenAPI document passes the recommended rules of spectral and redocly
# without errors. Warnings are shown, not counted.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
document=$(realpath "$1")
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
node_modules/.bin/spectral lint --ruleset spectral.yaml --fail-severity error --quiet "$document"
node_modules/.bin/redocly lint --extends recommended --format stylish "$document"
