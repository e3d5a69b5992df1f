// Sends what was read: households as members, baskets as orders, over several streams at once. All
// baskets of a household go through one stream, one call after another and in the order of time, so
// that a member's orders do not overtake each other (but for one that an overloaded server put off:
// it follows with the next call).
//
// Every item carries a request id made of the run's id and its own: a call whose answer was lost is
// asked again and recorded once. What an earlier run has recorded is known by the external ids,
// which are unique for ever: it is left as it is and counted as already there.
#pragma once

#include <grpcpp/channel.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "cli/import/purchases.h"
#include "cli/import/rejects.h"

namespace laurel::import {

struct SendOptions {
  std::string program_id;
  // Of this run alone.
  std::string run_id;
  // Orders per call, 1 to 256.
  int batch = 256;
  // Streams, each with one call in flight.
  int in_flight = 4;
  // How long to go on asking a server that does not answer.
  absl::Duration patience = absl::Seconds(60);
};

// What has been done so far; read while it grows.
struct Counts {
  std::atomic<int64_t> members_new{0};
  std::atomic<int64_t> members_there{0};
  std::atomic<int64_t> orders_new{0};
  std::atomic<int64_t> orders_there{0};
  // Refused by the server; their rows are among the rejects.
  std::atomic<int64_t> orders_refused{0};
  std::atomic<int64_t> rows_refused{0};
  // Given by the new orders, into the wallet `points`.
  std::atomic<int64_t> points{0};

  int64_t members() const { return members_new + members_there; }
  int64_t orders() const { return orders_new + orders_there + orders_refused; }
};

// Each ends with the first error that stays: what has been recorded until then remains, and the
// same import run again goes on from there.
absl::Status EnrolHouseholds(const std::shared_ptr<grpc::Channel>& channel,
                             const SendOptions& options, const Purchases& purchases,
                             Counts* counts);
absl::Status RecordBaskets(const std::shared_ptr<grpc::Channel>& channel,
                           const SendOptions& options, const Purchases& purchases, Counts* counts,
                           Rejects* rejects);

}  // namespace laurel::import
