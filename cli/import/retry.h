// How long to go on asking a server that does not answer. A try that may help later is one refused
// because the server is away, overloaded or late: every request carries an id of its own, so that
// asking again never doubles anything.
#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "lib/client/channel.h"
#include "lib/status/mapping.h"

namespace laurel::import {

// Whether asking again may help.
bool IsTransient(const absl::Status& status);

// The waits of one piece of work: 0.1 s, doubled up to 3 s, for `total` in all.
class Patience {
 public:
  // `stop`, where given, ends every wait.
  explicit Patience(absl::Duration total, const std::atomic<bool>* stop = nullptr);
  // Waits; false at once when the time is up.
  bool Wait();
  // Something went well: all of the time is left again.
  void Renew();
  // What is left of the time, at least 0.1 s.
  absl::Duration Left() const;

 private:
  const absl::Duration total_;
  const std::atomic<bool>* const stop_;
  int64_t start_us_;
  absl::Duration next_;
};

// Calls until there is an answer, an error that stays, or patience ends; then the last error.
// `call` is (ClientContext*) → grpc::Status.
template <typename Call>
absl::Status Ask(Patience& patience, absl::Duration timeout, const Call& call) {
  absl::Status away;
  for (;;) {
    const bool was_away = !away.ok();
    const std::unique_ptr<grpc::ClientContext> context = client::NewContext(
        client::Background(was_away ? std::min(timeout, patience.Left()) : timeout));
    // A channel is polled by those who wait on it, and here by nobody else: calls that failed at
    // once would never see the handshake with a server that has come back.
    context->set_wait_for_ready(was_away);
    absl::Status status = status::FromGrpc(call(context.get()));
    if (status.ok()) patience.Renew();
    if (status.code() == absl::StatusCode::kUnavailable) away = status;
    // Why it is away says more than that it was waited for.
    if (was_away && status.code() == absl::StatusCode::kDeadlineExceeded) status = away;
    if (status.ok() || !IsTransient(status) || !patience.Wait()) return status;
  }
}

}  // namespace laurel::import
