#!/usr/bin/env bash
# Debian's packages that Laurel needs, in two lists, and their installation:
#   scripts/packages.sh run    what running and building needs      (./laurel up)
#   scripts/packages.sh test   that, and what testing needs besides (./laurel test)
#   scripts/packages.sh list run|test
# Installs only what is missing and says what. Starts no daemon and makes no database cluster: while it
# installs, policy-rc.d forbids services to start; what stood there before is put back afterwards.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

RUN_PACKAGES=(
  # compiler and build
  g++ cmake ninja-build ccache pkg-config
  # contracts and transport
  libgrpc++-dev protobuf-compiler protobuf-compiler-grpc libprotobuf-dev
  golang-github-gogo-googleapis-dev libboost1.81-dev libssl-dev libcurl4-openssl-dev
  # everything else that the programs link
  libpqxx-dev libpq-dev libjemalloc-dev prometheus-cpp-dev libcjose-dev libjansson-dev libsodium-dev libcli11-dev libre2-dev
  zlib1g-dev
  # what the launcher itself uses
  postgresql-15 postgresql-client-15 openssl curl jq ca-certificates
)
TEST_PACKAGES=(
  libgtest-dev libgmock-dev librapidcheck-dev
  clang-format clang-tidy shellcheck git
  nodejs npm prometheus kubernetes-client
)

# A package whose command is here already from elsewhere (another vendor's node, a downloaded kubectl) is
# left out: Debian's would fight with it.
declare -A COMMAND_OF=([nodejs]=node [npm]=npm [kubernetes-client]=kubectl)

# Files that stand only while packages are being installed.
POLICY=/usr/sbin/policy-rc.d
CLUSTER_CONF=/etc/postgresql-common/createcluster.d/laurel.conf

packages_of() { # run|test
  case $1 in
    run) printf '%s\n' "${RUN_PACKAGES[@]}" ;;
    test) printf '%s\n' "${RUN_PACKAGES[@]}" "${TEST_PACKAGES[@]}" ;;
    *) die "packages.sh: no list '$1' (run, test)" ;;
  esac
}

missing_packages() { # run|test
  local installed package
  # dpkg-query fails for names it has never heard of and still prints the others.
  # shellcheck disable=SC2046 # one word per package
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' $(packages_of "$1") 2>/dev/null | sed -n 's/^installed //p' || true)
  while read -r package; do
    grep -qxF -- "$package" <<<"$installed" && continue
    if [[ -n ${COMMAND_OF[$package]:-} ]] && command -v "${COMMAND_OF[$package]}" >/dev/null; then continue; fi
    echo "$package"
  done < <(packages_of "$1")
}

ensure() { # run|test
  local missing
  command -v dpkg-query >/dev/null || die "this is not Debian or one of its kin: install by hand what 'scripts/packages.sh list $1' shows"
  mapfile -t missing < <(missing_packages "$1")
  ((${#missing[@]})) || return 0
  step "Installing ${#missing[@]} packages that are missing: ${missing[*]}"
  if ((EUID == 0)); then
    install_as_root "${missing[@]}"
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    sudo -n bash "${BASH_SOURCE[0]}" install-as-root "${missing[@]}"
  else
    die "these packages are missing, and I may not install them (not root, and sudo asks for a password). Please run:
    sudo apt-get install --no-install-recommends ${missing[*]}"
  fi
}

# The part that needs root; one at a time, since the files it puts down for a while are global.
install_as_root() { # package...
  local new_daemons
  mkdir -p /run/lock
  exec 8>/run/lock/laurel-packages.lock
  flock 8
  trap lift_policy EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  lay_policy
  new_daemons=$(printf '%s\n' "$@" | grep -xE 'prometheus' || true)
  export DEBIAN_FRONTEND=noninteractive
  apt_install --simulate "$@" >/dev/null 2>&1 || refresh_index
  if ! apt_install "$@"; then
    say "once more with a fresh package index"
    refresh_index
    apt_install "$@" || die "apt-get could not install the packages; its words are above"
  fi
  # Forbidden to start now, it must not start with the next boot either: only its tool is wanted.
  if [[ -n $new_daemons ]] && command -v systemctl >/dev/null; then
    systemctl disable "$new_daemons" >/dev/null 2>&1 || true
  fi
  lift_policy
  trap - EXIT INT TERM
  exec 8>&-
}

refresh_index() { apt-get -q update >&2 </dev/null || die "apt-get update failed; its words are above"; }

apt_install() {
  apt-get install -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 -o APT::Cmd::Disable-Script-Warning=true \
    "$@" >&2 </dev/null 8>&-
}

lay_policy() {
  # A run that was killed hard may have left ours: its original, if any, waits beside it.
  if [[ -e $POLICY ]] && ! grep -q 'laurel-packages' "$POLICY"; then mv "$POLICY" "$POLICY.before-laurel"; fi
  printf '#!/bin/sh\n# laurel-packages: stands only while packages are being installed\nexit 101\n' >"$POLICY"
  chmod 755 "$POLICY"
  mkdir -p "$(dirname "$CLUSTER_CONF")"
  echo 'create_main_cluster = false' >"$CLUSTER_CONF"
}

lift_policy() {
  rm -f "$CLUSTER_CONF"
  if [[ -e $POLICY.before-laurel ]]; then
    mv -f "$POLICY.before-laurel" "$POLICY"
  elif grep -qs 'laurel-packages' "$POLICY"; then
    rm -f "$POLICY"
  fi
}

case ${1:-} in
  run | test) ensure "$1" ;;
  list) packages_of "${2:-test}" ;;
  install-as-root) shift && install_as_root "$@" ;;
  *) die "usage: scripts/packages.sh run|test|list" ;;
esac
