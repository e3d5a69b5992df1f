// Request keys of many commands that share one transaction: found in one statement, kept in one.
// The commands decide in between; what Once() does for one is up to the caller here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "lib/idempotency/once.h"

namespace laurel::idempotency {

// What a request id has been bound to.
struct Kept {
  std::string content;   // 32 bytes that stand for the request's content
  std::string response;  // serialised
};
// One per key, in the same order; empty: that id is free.
absl::StatusOr<std::vector<std::optional<Kept>>> FindEach(db::Tx& tx, const std::vector<Key>& keys);

struct ToKeep {
  Key key;
  Kept kept;
};
// kAborted when a twin of one of them has committed since they were looked for.
absl::Status KeepEach(db::Tx& tx, std::vector<ToKeep> commands, absl::Time now);

}  // namespace laurel::idempotency
