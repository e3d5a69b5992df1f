// One request from its route to its answer: route → who sends it → may they → JSON → message →
// service → message → JSON. There is no code for any single rpc.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "gateway/auth/authenticator.h"
#include "gateway/http/message.h"
#include "gateway/metrics.h"
#include "gateway/transcode/routes.h"
#include "gateway/upstream/upstreams.h"
#include "lib/base/clock.h"
#include "lib/base/uuid.h"

namespace laurel::gateway {

// Pages that the gateway itself serves, ready to send, by path.
using Pages = std::map<std::string, HttpResponse, std::less<>>;

class Gateway {
 public:
  struct Deps {
    const Routes& routes;
    Authenticator& authenticator;
    Upstreams& upstreams;
    Metrics& metrics;
    const base::Clock& clock;
    base::IdSource& ids;
    Pages pages;
    absl::Duration call_timeout = absl::Seconds(10);
    // Log one of so many successful requests; 0: none.
    int64_t log_sample = 0;
  };
  explicit Gateway(Deps deps) : deps_(std::move(deps)) {}

  boost::asio::awaitable<HttpResponse> Handle(HttpRequest request);
  // /readyz says no from now on.
  void BeginDrain() { draining_ = true; }
  // The answer to bytes that never became a request.
  HttpResponse Refuse(int http_status, std::string_view why);

 private:
  // What is known of a request while it is handled.
  struct Visit;

  boost::asio::awaitable<HttpResponse> Answer(const HttpRequest& request, Visit& visit);
  boost::asio::awaitable<HttpResponse> CallRoute(const HttpRequest& request, Visit& visit,
                                                 Routes::Found found);
  HttpResponse NoRoute(const HttpRequest& request, const Visit& visit,
                       const Routes::Found& found) const;
  void Log(const HttpRequest& request, const Visit& visit, const HttpResponse& response,
           int64_t duration_us);

  const Deps deps_;
  std::atomic<uint64_t> successes_{0};
  std::atomic<bool> draining_{false};
};

}  // namespace laurel::gateway
