#!/usr/bin/env bash
# The Secrets that k8s/base mounts, from a folder with development secrets (scripts/certs.sh) and passwords
# (pgpass lines: *:*:*:ROLE:PASSWORD), as a list that kubectl understands:
#   k8s/secrets.sh DIR PASSWORDS HOST PORT [LIBPQ-SETTING...] | kubectl apply -n laurel -f -
#   k8s/secrets.sh .laurel .laurel/postgres/passwords db.example 5432 sslmode=require
# For trying it out; in production an authority and a secret store of your own make the same Secrets.
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../scripts/lib.sh"
set -euo pipefail

# secret NAME TYPE KEY=FILE...
secret() {
  local name=$1 type=$2 pair
  local -a files=()
  shift 2
  for pair in "$@"; do files+=(--rawfile "${pair%%=*}" "${pair#*=}"); done
  jq -n --arg secret_name "$name" --arg secret_type "$type" "${files[@]}" '
    {apiVersion: "v1", kind: "Secret", type: $secret_type,
     metadata: {name: $secret_name, labels: {"app.kubernetes.io/part-of": "laurel"}},
     data: ($ARGS.named | del(.secret_name, .secret_type) | map_values(@base64))}'
}

# service_file PASSWORDS ROLE HOST PORT [SETTING...] → libpq's connection service file for one role.
service_file() {
  local password
  password=$(awk -F: -v role="$2" '$4 == role {print $5}' "$1")
  [[ -n $password ]] || die "$1 has no password for $2"
  printf '[%s]\nhost=%s\nport=%s\ndbname=laurel\nuser=%s\npassword=%s\n' "$2" "$3" "$4" "$2" "$password"
  (($# < 5)) || printf '%s\n' "${@:5}"
}

all_secrets() { # dir passwords host port [setting...]
  local dir=$1 program role
  local -a database=("${@:3}")
  for program in "${LAUREL_PROGRAMS[@]}"; do
    secret "$program-certificate" kubernetes.io/tls \
      tls.crt="$dir/tls/$program.crt" tls.key="$dir/tls/$program.key" ca.crt="$dir/tls/ca.crt"
  done
  for program in "${LAUREL_SERVICES[@]}"; do
    for role in app owner; do
      secret "$program-database$([[ $role == app ]] || echo -owner)" Opaque \
        pg_service.conf=<(service_file "$2" "${program}_$role" "${database[@]}")
    done
  done
  secret members-keys Opaque master.key="$dir/keys/members-master.key" index.key="$dir/keys/members-index.key"
  # Where the key sets will lie in the pod.
  secret gateway-issuers Opaque member.jwks.json="$dir/jwt/member.jwks.json" staff.jwks.json="$dir/jwt/staff.jwks.json" \
    issuers.json=<(jq 'map(.jwks_file |= "/etc/laurel/issuers/" + (split("/") | last))' "$dir/jwt/issuers.json")
}

(($# >= 4)) || die "usage: k8s/secrets.sh DIR PASSWORDS HOST PORT [LIBPQ-SETTING...]"
all_secrets "$@" | jq -s '{apiVersion: "v1", kind: "List", items: .}'
