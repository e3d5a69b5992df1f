#!/usr/bin/env bash
# Development secrets of one suite, made with openssl and nothing else:
#   scripts/certs.sh DIR
# DIR/tls/   ca.crt ca.key, PROGRAM.crt PROGRAM.key (members rewards referrals gamification gateway
#            operator), peers.json (certificate name → what it may be)
# DIR/jwt/   member.key staff.key (ES256), member.jwks.json staff.jwks.json, issuers.json, program_id (the
#            development programme, which tokens name unless told otherwise)
# DIR/keys/  members-master.key members-index.key (32 random bytes each, in hex)
# Run again it makes only what is missing or about to expire. Key files have mode 0600. None of this is
# for production: there, an operator brings an authority, issuers and keys.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
umask 077

readonly CA_DAYS=1825 LEAF_DAYS=397
readonly RENEW_SECONDS=$((30 * 86400))
readonly PEERS=("${LAUREL_PROGRAMS[@]}" operator)

new_ec_key() { openssl ecparam -name prime256v1 -genkey -noout 2>/dev/null | openssl pkcs8 -topk8 -nocrypt | write_private "$1"; }

# fresh CERT: there, and good for another thirty days.
fresh() { [[ -s $1 ]] && openssl x509 -in "$1" -noout -checkend "$RENEW_SECONDS" >/dev/null 2>&1; }

make_authority() { # tls-dir
  local dir=$1
  if [[ -s $dir/ca.key ]] && fresh "$dir/ca.crt"; then return; fi
  new_ec_key "$dir/ca.key"
  openssl req -x509 -new -key "$dir/ca.key" -sha256 -days "$CA_DAYS" \
    -subj "/O=Laurel development/CN=Laurel development CA $(random_hex 4)" \
    -addext 'basicConstraints=critical,CA:TRUE,pathlen:0' \
    -addext 'keyUsage=critical,keyCertSign,cRLSign' 2>/dev/null | write_private "$dir/ca.crt"
  # Certificates of an older authority are worth nothing now.
  local name
  for name in "${PEERS[@]}"; do rm -f "$dir/$name.crt"; done
}

make_certificate() { # tls-dir name
  local dir=$1 name=$2
  if [[ -s $dir/$name.key ]] && fresh "$dir/$name.crt"; then return; fi
  new_ec_key "$dir/$name.key"
  openssl req -new -key "$dir/$name.key" -subj "/O=Laurel development/CN=$name" |
    openssl x509 -req -sha256 -days "$LEAF_DAYS" -CA "$dir/ca.crt" -CAkey "$dir/ca.key" \
      -set_serial "0x$(random_hex 15)" -extfile <(certificate_extensions "$name") 2>/dev/null |
    write_private "$dir/$name.crt"
}

certificate_extensions() { # name
  cat <<END
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth,clientAuth
subjectAltName=DNS:$1,DNS:$1-svc,DNS:localhost,IP:127.0.0.1
END
}

# The certificate's name decides what its holder may call: the gateway speaks for others, a service and
# the operator for themselves.
make_peers() { # tls-dir
  jq -n '
    {gateway: {kind: "gateway", program_id: "", roles: []},
     operator: {kind: "operator", program_id: "", roles: ["admin"]}}
    + ([$ARGS.positional[] | {(.): {kind: "service", program_id: "", roles: []}}] | add)' \
    --args "${LAUREL_SERVICES[@]}" | write_private "$1/peers.json"
}

# public_jwk KEY → its public half; kid is the RFC 7638 thumbprint, so that a new key has a new name.
public_jwk() {
  local point x y kid
  # The last 64 bytes of an uncompressed P-256 key in DER are its two coordinates.
  point=$(openssl ec -in "$1" -pubout -outform DER 2>/dev/null | tail -c 64 | od -An -vtx1 | tr -d ' \n')
  x=$(hex_to_bytes <<<"${point:0:64}" | base64url)
  y=$(hex_to_bytes <<<"${point:64:64}" | base64url)
  kid=$(printf '{"crv":"P-256","kty":"EC","x":"%s","y":"%s"}' "$x" "$y" | openssl dgst -sha256 -binary | base64url)
  jq -nc --arg x "$x" --arg y "$y" --arg kid "$kid" \
    '{kty: "EC", crv: "P-256", x: $x, y: $y, kid: $kid, alg: "ES256", use: "sig"}'
}

make_jwt_keys() { # jwt-dir
  local who
  for who in member staff; do
    [[ -s $1/$who.key ]] || { new_ec_key "$1/$who.key" && rm -f "$1/$who.jwks.json"; }
    [[ -s $1/$who.jwks.json ]] || public_jwk "$1/$who.key" | jq '{keys: [.]}' | write_private "$1/$who.jwks.json"
  done
}

make_issuers() { # jwt-dir
  jq -n --arg dir "$(cd "$1" && pwd)" '
    [{issuer: "https://dev.laurel.local/members", audience: "laurel", jwks_file: ($dir + "/member.jwks.json"),
      program_id: "", kind: "member", member_claim: "sub", member_claim_is: "external_id"},
     {issuer: "https://dev.laurel.local/staff", audience: "laurel", jwks_file: ($dir + "/staff.jwks.json"),
      program_id: "", kind: "staff", roles_claim: "roles"}]' | write_private "$1/issuers.json"
}

# A UUIDv7 in the form that ids have outside: 26 Crockford characters, most significant first.
new_id() {
  local alphabet=0123456789abcdefghjkmnpqrstvwxyz random hex bits=00 i id=''
  random=$(random_hex 10)
  hex=$(printf '%012x7%s%x%s' "$(date +%s%3N)" "${random:0:3}" $((8 + RANDOM % 4)) "${random:3:15}")
  for ((i = 0; i < 32; i++)); do
    bits+=$(printf '%d%d%d%d' $((16#${hex:i:1} >> 3 & 1)) $((16#${hex:i:1} >> 2 & 1)) $((16#${hex:i:1} >> 1 & 1)) $((16#${hex:i:1} & 1)))
  done
  for ((i = 0; i < 130; i += 5)); do id+=${alphabet:2#${bits:i:5}:1}; done
  echo "$id"
}

make_program_id() { [[ -s $1 ]] || echo "prg_$(new_id)" | write_private "$1"; }

make_secret_key() { [[ -s $1 ]] || random_hex 32 | write_private "$1"; }

make_all() { # dir
  local dir=$1 name
  mkdir -p "$dir"
  private_folder "$dir/tls" "$dir/jwt" "$dir/keys"
  make_authority "$dir/tls"
  for name in "${PEERS[@]}"; do make_certificate "$dir/tls" "$name"; done
  make_peers "$dir/tls"
  make_jwt_keys "$dir/jwt"
  make_issuers "$dir/jwt"
  make_program_id "$dir/jwt/program_id"
  make_secret_key "$dir/keys/members-master.key"
  make_secret_key "$dir/keys/members-index.key"
}

[[ $# == 1 ]] || die "usage: scripts/certs.sh DIR"
make_all "$1"
