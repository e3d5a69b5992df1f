#!/usr/bin/env bash
# The launcher and the running suite, as a stranger meets them: `up` with its demo, an independent gRPC client,
# curl through the gateway, metrics and OpenAPI under other people's linters, crashes, a second `up`, `down`.
# shellcheck source=tests/tools/assert.sh
source "$(dirname "${BASH_SOURCE[0]}")/assert.sh"
export LAUREL_STATE=$WORK/state
# shellcheck source=scripts/lib.sh
source "$ROOT/scripts/lib.sh"
# shellcheck source=scripts/programs.sh
source "$ROOT/scripts/programs.sh"
laurel() { "$ROOT/laurel" "$@"; }
at_end() { laurel down --purge >/dev/null 2>&1; }
TOOLS=$ROOT/tests/tools

# free_block → a base port with the fifteen above it free.
free_block() {
  local base offset
  while :; do
    base=$((10000 + RANDOM % 14000))
    for offset in {0..15}; do ! tcp_in_use $((base + offset)) || continue 2; done
    echo "$base" && return
  done
}

pids() { for program in "${LAUREL_PROGRAMS[@]}"; do echo "$program $(program_pid "$program")"; done; }
ask() { curl -sS -m 10 -H "Authorization: Bearer $1" "${@:3}" "$(gateway_url)$2"; }

laurel up --no-build --small --base-port "$(free_block)"
ports_load
laurel status >/dev/null || fail "not healthy after up"
first=$(pids)

# A second up: seconds, and nothing changes.
began=$SECONDS
laurel up --no-build --small
((SECONDS - began <= 10)) || fail "the second up took $((SECONDS - began)) s"
equal "$(pids)" "$first"

# Another's client over mutual TLS, then the same members through the gateway, each by a token of their own.
made=$(node "$TOOLS/independent_client.js" "$LAUREL_STATE/tls" "$(port_of members)" "$(port_of rewards)" "$(port_of referrals)" "$(port_of gamification)")
program_id=$(jq -r .program_id <<<"$made")
ben=$(laurel token member ben --program "$program_id")
ada=$(laurel token member ada --program "$program_id")
equal "$(ask "$ben" /v1/members/me | jq -r .memberId)" "$(jq -r .ben <<<"$made")"
equal "$(ask "$ben" /v1/members/me/balances | jq -c '[.balances[] | [.walletType, .active]]')" '[["points","155"]]'
equal "$(ask "$ada" /v1/members/me/balances | jq -r '.balances[0].active')" 20
equal "$(ask "$ben" /v1/members/me/badges | jq -r '.badges[].code')" regular
equal "$(ask "$ben" "/v1/members/$(jq -r .ada <<<"$made")/balances" -o /dev/null -w '%{http_code}')" 404
equal "$(ask "${ben%???}AAA" /v1/members/me -o /dev/null -w '%{http_code}')" 401
equal "$(ask "$ben" /v1/campaigns -o "$WORK/problem" -w '%{http_code} %{content_type}')" '403 application/problem+json'
equal "$(jq -r .reason "$WORK/problem")" ROLE_REQUIRED
staff=$(laurel token staff manager --program "$program_id")
equal "$(ask "$staff" /v1/campaigns | jq '.campaigns | length')" 1

# What others' tools think of it.
for program in "${LAUREL_PROGRAMS[@]}"; do
  curl -sS "http://127.0.0.1:$(metrics_port_of "$program")/metrics" | promtool check metrics || fail "metrics of $program"
done
curl -sS "$(gateway_url)/openapi.json" >"$WORK/openapi.json"
"$TOOLS/openapi_lint.sh" "$WORK/openapi.json" || fail "the OpenAPI document"
for service in "${LAUREL_SERVICES[@]}"; do
  found=$("$TOOLS/node_modules/.bin/buf" curl --protocol grpc --list-services --servername "$service" \
    --cacert "$LAUREL_STATE/tls/ca.crt" --cert "$LAUREL_STATE/tls/operator.crt" --key "$LAUREL_STATE/tls/operator.key" \
    "https://127.0.0.1:$(port_of "$service")")
  matches "$found" "laurel\.$service\.v1\."
done

# A killed program, then a killed database: up starts what is down, and every point is still there.
kill -KILL "$(program_pid rewards)"
laurel up --no-build --small
equal "$(pids | grep -v rewards)" "$(grep -v rewards <<<"$first")"
[[ -n $(program_pid rewards) ]] || fail "rewards was not started again"
kill -KILL "$(sed -n 's/.*pid \([0-9]*\),.*/\1/p' <<<"$("$ROOT/scripts/cluster.sh" status "$LAUREL_STATE/postgres")")"
laurel up --no-build --small
equal "$(ask "$ben" /v1/members/me/balances | jq -r '.balances[0].active')" 155

# Down: all have ended, their ports are free, the data wait for the next up.
laurel down
for program in "${LAUREL_PROGRAMS[@]}"; do
  equal "$(program_pid "$program")" ''
  ! tcp_in_use "$(port_of "$program")" || fail "something still listens for $program"
done
refuses laurel status
[[ -d $LAUREL_STATE/postgres/data || -s $LAUREL_STATE/postgres/cluster.conf ]] || fail "down lost the data"
