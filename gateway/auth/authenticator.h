// Who sends a request: a signed token of a member or of staff, or a server's API key. Answers are
// cached, bounded in number and time. Anything that is not surely good is UNAUTHENTICATED.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/auth/bounded_cache.h"
#include "gateway/auth/issuers.h"
#include "gateway/auth/jwks.h"
#include "gateway/auth/jwt.h"
#include "gateway/http/message.h"
#include "gateway/upstream/upstreams.h"
#include "lib/auth/caller.h"
#include "lib/base/clock.h"
#include "lib/metrics/registry.h"

namespace laurel::gateway {

class Authenticator {
 public:
  struct Options {
    size_t cache_entries = 10000;
    // A verified token is believed that long without being verified again, or until it expires:
    // a withdrawn key works no longer than that.
    absl::Duration token_ttl = absl::Minutes(5);
    absl::Duration api_key_ttl = absl::Seconds(30);
    // A key that is not known is not asked for again that long.
    absl::Duration refusal_ttl = absl::Seconds(5);
    absl::Duration member_ttl = absl::Minutes(10);
  };
  Authenticator(std::vector<Issuer> issuers, Upstreams& upstreams, const base::Clock& clock,
                metrics::Registry& registry, Options options);
  ~Authenticator();

  // Reads every issuer's keys. A file that cannot be read is an error; a URL is tried again later.
  absl::Status LoadKeys();

  // UNAUTHENTICATED: CREDENTIAL_REQUIRED, CREDENTIAL_AMBIGUOUS (more than one), API_KEY_INVALID,
  // TOKEN_ISSUER, TOKEN_KEY_UNKNOWN and those of jwt.h. PERMISSION_DENIED, MEMBER_NOT_ENROLLED: a
  // good token of someone who is no member yet. Or the error of asking members-svc.
  boost::asio::awaitable<absl::StatusOr<auth::Caller>> Authenticate(const HttpRequest& request,
                                                                    const trace::Scope& scope);

 private:
  struct Source {
    Issuer issuer;
    std::unique_ptr<KeySource> keys;
  };
  using MaybeCaller = absl::StatusOr<auth::Caller>;

  boost::asio::awaitable<MaybeCaller> ByToken(std::string token, trace::Scope scope);
  boost::asio::awaitable<MaybeCaller> ByApiKey(std::string key, trace::Scope scope);
  boost::asio::awaitable<absl::StatusOr<TokenIdentity>> Verify(const std::string& token);
  boost::asio::awaitable<absl::StatusOr<std::string>> MemberId(TokenIdentity identity,
                                                               trace::Scope scope);
  Source* FindSource(const std::string& issuer);

  Upstreams& upstreams_;
  const base::Clock& clock_;
  const Options options_;
  std::vector<Source> sources_;
  BoundedCache<auth::Caller> tokens_;
  BoundedCache<MaybeCaller> api_keys_;
  BoundedCache<std::string> members_;
  prometheus::Counter& hits_;
  prometheus::Counter& misses_;
  // Reading keys may block; one thread, so that requests with the same unknown key wait for one
  // read.
  boost::asio::thread_pool key_reader_;
};

}  // namespace laurel::gateway
