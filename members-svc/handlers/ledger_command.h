// What the handlers of batched rpcs share: from a request to a command of the ledger.
#pragma once

#include <atomic>
#include <memory>
#include <string_view>

#include "google/protobuf/message.h"
#include "lib/server/call.h"
#include "members-svc/deps.h"
#include "members-svc/ledger/command.h"

namespace laurel::members::handlers {

// Which of a programme's members a request is about, and its idempotency key, as they stand in it.
struct Target {
  std::string_view program_id;
  std::string_view member_id;           // or
  std::string_view member_external_id;  // the other
  std::string_view request_id;
};

// A command without what it does and without its answer. `request` is hashed whole: the same id
// with other content is refused. Ids that are no ids were refused by the field rules.
Command NewCommand(const server::Call& call, const Target& target,
                   const google::protobuf::Message& request);

// An answer that puts the outcome's message into `field` and calls `done`.
template <typename T>
Answer Into(T* field, std::shared_ptr<server::Done> done) {
  return [field, done](absl::StatusOr<Outcome> outcome) {
    if (outcome.ok()) *field = std::get<T>(*std::move(outcome));
    (*done)(outcome.status());
  };
}

inline std::shared_ptr<server::Done> Share(server::Done done) {
  return std::make_shared<server::Done>(std::move(done));
}

// Answers a batch rpc when all its items have been answered; items answer in any order, from any
// thread.
class Gathering {
 public:
  Gathering(size_t items, server::Done done) : left_(items), done_(std::move(done)) {}
  void ItemDone() {
    if (left_.fetch_sub(1) == 1) done_(absl::OkStatus());
  }

 private:
  std::atomic<size_t> left_;
  server::Done done_;
};

}  // namespace laurel::members::handlers
