#!/usr/bin/env bash
# Certificates, keys and tokens of development: whole, private, stable; tokens verify by the published key.
# shellcheck disable=SC2031 # raw_of sources token.sh in a subshell of its own
# shellcheck source=tests/tools/assert.sh
source "$(dirname "${BASH_SOURCE[0]}")/assert.sh"
dir=$WORK/dev
make() { "$ROOT/scripts/certs.sh" "$dir"; }
sums() { find "$dir" -type f | sort | xargs sha256sum; }
token() { "$ROOT/scripts/token.sh" "$dir/jwt" "$@"; }

make
for name in members rewards referrals gamification gateway operator; do
  openssl verify -CAfile "$dir/tls/ca.crt" -verify_hostname "$name" "$dir/tls/$name.crt" >/dev/null || fail "$name"
done
equal "$(find "$dir" -type f ! -perm 600)" ''
equal "$(jq -r '.gateway.kind' "$dir/tls/peers.json")" gateway

# A second run keeps everything; a lost certificate comes back under the same authority.
before=$(sums)
make
equal "$(sums)" "$before"
rm "$dir/tls/rewards.crt"
make
openssl verify -CAfile "$dir/tls/ca.crt" "$dir/tls/rewards.crt" >/dev/null || fail "rewards.crt is not of this authority"

# DER drops leading zeros of the two numbers, and adds one where a number would look negative.
raw_of() { (
  # shellcheck source=scripts/token.sh
  source "$ROOT/scripts/token.sh"
  hex_to_bytes <<<"$1" | raw_signature | od -An -vtx1 | tr -d ' \n'
); }
zeros=$(printf '0%.0s' {1..62})
equal "$(raw_of 3006020101020102)" "${zeros}01${zeros}02"
equal "$(raw_of 300702010102020080)" "${zeros}01${zeros}80"

for ((i = 0; i < 3; i++)); do token member "card ü/$i"; done >"$WORK/tokens"
token staff admin,viewer --ttl 60 >"$WORK/staff"
node "$ROOT/tests/tools/verify_tokens.js" "$dir/jwt/member.jwks.json" "$WORK/tokens" >"$WORK/claims"
equal "$(jq -r .sub "$WORK/claims" | sed -n 3p)" 'card ü/2'
node "$ROOT/tests/tools/verify_tokens.js" "$dir/jwt/staff.jwks.json" "$WORK/staff" >"$WORK/claims"
matches "$(cat "$dir/jwt/program_id")" '^prg_[0-7][0-9a-hjkmnp-tv-z]{25}$'
equal "$(jq -r .program_id "$WORK/claims")" "$(cat "$dir/jwt/program_id")"
equal "$(jq -c '[.roles, .exp - .iat]' "$WORK/claims")" '[["admin","viewer"],60]'
refuses node "$ROOT/tests/tools/verify_tokens.js" "$dir/jwt/member.jwks.json" "$WORK/staff"
refuses token member
refuses token staff admin --ttl 0
refuses token robot x
