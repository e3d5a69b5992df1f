#!/usr/bin/env bash
# tests/gateway/openapi_lint.sh PROGRAM: the document that PROGRAM prints passes the linters.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1" >"$folder/openapi.json"
"$(dirname "${BASH_SOURCE[0]}")/../tools/openapi_lint.sh" "$folder/openapi.json"
