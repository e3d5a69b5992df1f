#!/usr/bin/env bash
# A signed development token (JWT, ES256) for the gateway, on stdout:
#   scripts/token.sh JWT_DIR member EXTERNAL_ID   [--program ID] [--ttl SECONDS]
#   scripts/token.sh JWT_DIR staff ROLE[,ROLE…]   [--program ID] [--ttl SECONDS] [--subject NAME]
# JWT_DIR is made by scripts/certs.sh. Signed with openssl, so that the whole way of a token can be read here.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

readonly USAGE='usage: laurel token member EXTERNAL_ID | staff ROLE[,ROLE…]  [--program ID] [--ttl SECONDS] [--subject NAME]'

# raw_signature: an ECDSA signature in DER on stdin, the 64 bytes r||s that JWS wants on stdout. DER drops
# leading zeros, so each number is padded to 64 hex digits.
raw_signature() {
  openssl asn1parse -inform DER | sed -n 's/.*INTEGER *:\([0-9A-F]*\)$/\1/p' |
    while read -r number; do printf '%64s' "$number" | tr ' ' 0; done | { cat && echo; } | hex_to_bytes
}

# sign KEY KID CLAIMS → the token
sign() {
  local head body
  head=$(jq -nc --arg kid "$2" '{alg: "ES256", typ: "JWT", kid: $kid}' | tr -d '\n' | base64url)
  body=$(printf '%s' "$3" | base64url)
  printf '%s.%s.%s\n' "$head" "$body" \
    "$(printf '%s.%s' "$head" "$body" | openssl dgst -sha256 -sign "$1" | raw_signature | base64url)"
}

claims() { # kind subject roles program ttl
  local issuer=members now
  [[ $1 == member ]] || issuer=staff
  now=$(date +%s)
  jq -nc --arg issuer "https://dev.laurel.local/$issuer" --arg kind "$1" --arg sub "$2" --arg roles "$3" \
    --arg program "$4" --arg id "$(random_hex 16)" --argjson now "$now" --argjson ttl "$5" '
    {iss: $issuer, aud: "laurel", sub: $sub, program_id: $program, iat: $now, nbf: ($now - 5),
     exp: ($now + $ttl), jti: $id}
    + (if $kind == "staff" then {roles: ($roles | split(","))} else {} end)'
}

main() {
  local dir=$1 kind=${2:-} name=${3:-} subject='' program='' ttl=3600 roles=''
  [[ $kind =~ ^(member|staff)$ && -n $name && $name != --* ]] || die "$USAGE"
  shift 3
  while (($#)); do
    case $1:${2:-} in
      --program:?*) program=$2 ;;
      --ttl:?*) ttl=$2 ;;
      --subject:?*) subject=$2 ;;
      *) die "$USAGE" ;;
    esac
    shift 2
  done
  [[ $ttl =~ ^[1-9][0-9]{0,8}$ ]] || die "--ttl wants whole seconds from 1, not '$ttl'"
  [[ -s $dir/$kind.key ]] || die "there are no development keys yet: ./laurel up makes them"
  if [[ -z $program ]]; then program=$(<"$dir/program_id"); fi
  if [[ $kind == staff ]]; then roles=$name name=${subject:-dev-staff}; fi
  sign "$dir/$kind.key" "$(jq -r '.keys[0].kid' "$dir/$kind.jwks.json")" "$(claims "$kind" "$name" "$roles" "$program" "$ttl")"
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  (($# >= 1)) || die "$USAGE"
  main "$@"
fi
