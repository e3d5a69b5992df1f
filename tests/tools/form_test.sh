#!/usr/bin/env bash
# C++ is formatted, scripts pass shellcheck, contracts pass buf.
exec "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lint.sh"
