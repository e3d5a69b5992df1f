#include "gateway/auth/authenticator.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "laurel/members/v1/access.pb.h"
#include "laurel/members/v1/member.pb.h"
#include "lib/base/sha256.h"
#include "lib/base/uuid.h"
#include "lib/log/log.h"
#include "lib/status/error.h"

namespace laurel::gateway {
namespace {

namespace asio = boost::asio;
namespace pb = laurel::members::v1;

constexpr std::string_view kApiKeyPrefix = "lk_";
constexpr size_t kMaxApiKeyBytes = 256;

bool EqualsIgnoringCase(std::string_view a, std::string_view lower) {
  return std::equal(a.begin(), a.end(), lower.begin(), lower.end(),
                    [](char x, char y) { return (x >= 'A' && x <= 'Z' ? x + 32 : x) == y; });
}

struct Credential {
  bool is_api_key = false;
  std::string text;
};

absl::StatusOr<Credential> CredentialOf(const HttpRequest& request) {
  const size_t count = request.CountHeaders("authorization") + request.CountHeaders("x-api-key");
  if (count == 0) {
    return NotAuthenticated("CREDENTIAL_REQUIRED", "Send a token or an API key.");
  }
  if (count > 1) {
    return NotAuthenticated("CREDENTIAL_AMBIGUOUS", "Send exactly one token or API key.");
  }
  if (auto key = request.Header("x-api-key")) return Credential{true, *std::move(key)};
  const std::string header = *request.Header("authorization");
  const size_t blank = header.find(' ');
  if (blank == std::string::npos || !EqualsIgnoringCase(header.substr(0, blank), "bearer")) {
    return NotAuthenticated("CREDENTIAL_REQUIRED", "Authorization must be a Bearer credential.");
  }
  std::string text = header.substr(blank + 1);
  return Credential{text.starts_with(kApiKeyPrefix), std::move(text)};
}

absl::Status InvalidApiKey() {
  return NotAuthenticated("API_KEY_INVALID", "The API key is not valid.");
}

}  // namespace

Authenticator::Authenticator(std::vector<Issuer> issuers, Upstreams& upstreams,
                             const base::Clock& clock, metrics::Registry& registry, Options options)
    : upstreams_(upstreams),
      clock_(clock),
      options_(options),
      tokens_(options.cache_entries),
      api_keys_(options.cache_entries),
      members_(options.cache_entries),
      hits_(
          registry.Counter("credential_cache_hits_total", "Credentials answered from the cache.")),
      misses_(registry.Counter("credential_cache_misses_total",
                               "Credentials that had to be verified.")),
      key_reader_(1) {
  for (auto& issuer : issuers) {
    auto keys = std::make_unique<KeySource>(issuer);
    sources_.push_back({std::move(issuer), std::move(keys)});
  }
}

Authenticator::~Authenticator() { key_reader_.join(); }

absl::Status Authenticator::LoadKeys() {
  for (auto& source : sources_) {
    const absl::Status loaded = source.keys->Refresh();
    if (loaded.ok()) continue;
    if (!source.issuer.jwks_file.empty()) return loaded;
    log::Warn("the keys of an issuer cannot be read yet", {{"issuer", source.issuer.issuer}});
  }
  return absl::OkStatus();
}

Authenticator::Source* Authenticator::FindSource(const std::string& issuer) {
  for (auto& source : sources_) {
    if (source.issuer.issuer == issuer) return &source;
  }
  return nullptr;
}

asio::awaitable<absl::StatusOr<auth::Caller>> Authenticator::Authenticate(
    const HttpRequest& request, const trace::Scope& scope) {
  auto credential = CredentialOf(request);
  if (!credential.ok()) co_return credential.status();
  if (credential->is_api_key) co_return co_await ByApiKey(std::move(credential->text), scope);
  co_return co_await ByToken(std::move(credential->text), scope);
}

asio::awaitable<absl::StatusOr<TokenIdentity>> Authenticator::Verify(const std::string& token) {
  const auto apart = TakeApart(token);
  if (!apart.ok()) co_return apart.status();
  Source* source = FindSource(apart->issuer);
  if (source == nullptr) {
    co_return NotAuthenticated("TOKEN_ISSUER", "The token's issuer is not known here.");
  }
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto keys = source->keys->Current();
    const auto* key = keys ? keys->Find(apart->kid, apart->algorithm) : nullptr;
    if (key != nullptr) co_return VerifyToken(token, *apart, source->issuer, *key, clock_.Now());
    if (attempt > 0) break;
    auto reread = [this, source]() -> asio::awaitable<void> {
      if (!source->keys->MayRefresh(clock_.Now())) co_return;
      const absl::Status read = source->keys->Refresh();
      if (!read.ok()) {
        log::Warn("the keys of an issuer cannot be read", {{"issuer", source->issuer.issuer}});
      }
    };
    co_await asio::co_spawn(key_reader_, reread, asio::use_awaitable);
  }
  co_return NotAuthenticated("TOKEN_KEY_UNKNOWN", "The token's key is not one of its issuer's.");
}

asio::awaitable<absl::StatusOr<auth::Caller>> Authenticator::ByToken(std::string token,
                                                                     trace::Scope scope) {
  const std::string cache_key = base::Sha256(token);
  if (auto cached = tokens_.Find(cache_key, clock_.Now())) {
    hits_.Increment();
    co_return *std::move(cached);
  }
  misses_.Increment();
  auto identity = co_await Verify(token);
  if (!identity.ok()) co_return identity.status();
  auth::Caller caller;
  caller.program_id = identity->program_id;
  caller.roles = identity->roles;
  caller.scopes = identity->scopes;
  caller.subject = identity->subject;
  caller.kind = laurel::api::v1::CALLER_KIND_STAFF;
  if (identity->kind == Issuer::Kind::kMember) {
    caller.kind = laurel::api::v1::CALLER_KIND_MEMBER;
    auto member_id = co_await MemberId(*identity, scope);
    if (!member_id.ok()) co_return member_id.status();
    caller.subject = *std::move(member_id);
  }
  const absl::Time now = clock_.Now();
  tokens_.Put(cache_key, caller, std::min(identity->expire_time, now + options_.token_ttl));
  co_return caller;
}

asio::awaitable<absl::StatusOr<std::string>> Authenticator::MemberId(TokenIdentity identity,
                                                                     trace::Scope scope) {
  if (!identity.subject_is_external_id) {
    if (!base::DecodeId("mem", identity.subject)) {
      co_return NotAuthenticated("TOKEN_CLAIMS", "The token's member is no member's id.");
    }
    co_return identity.subject;
  }
  const std::string cache_key = identity.program_id + '\0' + identity.subject;
  if (auto cached = members_.Find(cache_key, clock_.Now())) co_return *std::move(cached);
  pb::FindMemberRequest request;
  request.set_program_id(identity.program_id);
  request.set_external_id(identity.subject);
  pb::FindMemberResponse response;
  UpstreamCall call;
  call.service = "members";
  call.grpc_method = "/laurel.members.v1.MemberService/FindMember";
  call.scope = scope;
  call.repeatable = true;
  const absl::Status found = co_await upstreams_.Call(call, request, &response);
  if (found.code() == absl::StatusCode::kNotFound) {
    co_return status::Error(absl::StatusCode::kPermissionDenied, "MEMBER_NOT_ENROLLED",
                            "The token is good, but its subject is no member of the programme.");
  }
  if (!found.ok()) co_return found;
  std::string member_id = response.member().member_id();
  members_.Put(cache_key, member_id, clock_.Now() + options_.member_ttl);
  co_return member_id;
}

asio::awaitable<absl::StatusOr<auth::Caller>> Authenticator::ByApiKey(std::string key,
                                                                      trace::Scope scope) {
  if (!key.starts_with(kApiKeyPrefix) || key.size() > kMaxApiKeyBytes) co_return InvalidApiKey();
  const std::string digest = base::Sha256(key);
  if (auto cached = api_keys_.Find(digest, clock_.Now())) {
    hits_.Increment();
    co_return *std::move(cached);
  }
  misses_.Increment();
  pb::VerifyApiKeyRequest request;
  request.set_api_key_sha256(digest);
  pb::VerifyApiKeyResponse response;
  UpstreamCall call;
  call.service = "members";
  call.grpc_method = "/laurel.members.v1.AccessService/VerifyApiKey";
  call.scope = scope;
  call.repeatable = true;
  const absl::Status verified = co_await upstreams_.Call(call, request, &response);
  const absl::Time now = clock_.Now();
  if (verified.code() == absl::StatusCode::kUnauthenticated ||
      verified.code() == absl::StatusCode::kNotFound) {
    api_keys_.Put(digest, InvalidApiKey(), now + options_.refusal_ttl);
    co_return InvalidApiKey();
  }
  if (!verified.ok()) co_return verified;
  auth::Caller caller = auth::FromProto(response.caller());
  // Nothing but a client's own role comes from a key, whatever the answer says.
  if (caller.kind != laurel::api::v1::CALLER_KIND_CLIENT || caller.program_id.empty()) {
    co_return InvalidApiKey();
  }
  api_keys_.Put(digest, caller, now + options_.api_key_ttl);
  co_return caller;
}

}  // namespace laurel::gateway
