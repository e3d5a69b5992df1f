#!/usr/bin/env bash
# shellcheck disable=SC2317 # the checks are called by name
# The house's form, over tracked files:  scripts/lint.sh [--tidy] | --fix
# clang-format, shellcheck and buf; --tidy adds clang-tidy over all of our sources (minutes). --fix formats.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$LAUREL_ROOT"
failed=0

cpp_files() { git -c "safe.directory=$LAUREL_ROOT" ls-files -z -- '*.cc' '*.h'; }

# scripts → tracked files that bash runs or sources.
shell_files() { git -c "safe.directory=$LAUREL_ROOT" ls-files -z -- laurel '*.sh' .ci/run; }

# check NAME COMMAND...: runs it and remembers a failure, so that one look shows all of them.
check() {
  local name=$1
  shift
  step "$name"
  "$@" || { warn "$name: not as it should be" && failed=1; }
}

format_check() { cpp_files | xargs -0 -r clang-format --dry-run -Werror; }
shell_check() { shell_files | xargs -0 -r shellcheck -x; }
buf_check() { scripts/npm.sh && tests/tools/buf_lint.sh; }

tidy_check() {
  [[ -f $BUILD_DIR/compile_commands.json ]] || die "clang-tidy needs a configured build: ./laurel test, or cmake --preset release"
  git -c "safe.directory=$LAUREL_ROOT" ls-files -z -- '*.cc' | xargs -0 -r -n 1 -P "$(nproc)" clang-tidy --quiet -p "$BUILD_DIR" 2>/dev/null
}

case ${1:-} in
  --fix)
    cpp_files | xargs -0 -r clang-format -i
    exit
    ;;
  '' | --tidy) ;;
  *) die "lint knows --tidy, not '$1'" ;;
esac
check clang-format format_check
if command -v shellcheck >/dev/null; then check shellcheck shell_check; fi
check 'buf lint' buf_check
if [[ ${1:-} == --tidy ]]; then check clang-tidy tidy_check; fi
exit "$failed"
