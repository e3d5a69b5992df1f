// Rows of orders without a member, and of what their customers were named by.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "laurel/members/v1/order.pb.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "members-svc/domain/identifiers.h"

namespace laurel::members {

struct UnmatchedRow {
  base::Uuid order_id = {};
  base::Uuid program_id = {};
  int64_t create_us = 0;
  int64_t occur_us = 0;
  int64_t attach_until_us = 0;
  int64_t total_minor_units = 0;
  int given = 0;  // BitsOf(domain/order_matching.h)
  base::Uuid request_key = {};
  std::string content_hash = {};
  std::string content = {};  // a serialised RecordOrderRequest that names nobody
  // Of the member's order that it became; zero: it has not.
  base::Uuid attached_order_id = {};
  base::Uuid member_id = {};
  // When it was cancelled; 0: it was not. By which request, and what that was answered.
  int64_t cancel_us = 0;
  base::Uuid cancel_key = {};
  std::string cancel_hash = {};
  std::string cancel_content = {};  // a serialised OrderReturn
};

// The request as it is kept: what was bought, and nothing about who bought it or who asked.
std::string KeptRequestOf(v1::RecordOrderRequest request);
// The order that a row is. INTERNAL when its content does not parse.
absl::StatusOr<v1::Order> UnmatchedOrderOf(const UnmatchedRow& row);
// The answer to who cancelled it. INTERNAL when it does not parse.
absl::StatusOr<v1::OrderReturn> CancellationOf(const UnmatchedRow& row);
// Writes into the order that a row is, whether it was cancelled.
absl::Status AddCancellation(const UnmatchedRow& row, v1::Order* order);

// Those that there are, by id, of whatever programme.
absl::StatusOr<absl::flat_hash_map<base::Uuid, UnmatchedRow>> FindUnmatched(
    db::Tx& tx, const std::vector<base::Uuid>& order_ids);
// The one with this id, if it is of this programme.
absl::StatusOr<std::optional<UnmatchedRow>> FindUnmatchedOf(db::Tx& tx,
                                                            const base::Uuid& program_id,
                                                            const base::Uuid& order_id);
// Those of a programme that are nobody's and not cancelled, below an id, by falling id.
absl::StatusOr<std::vector<UnmatchedRow>> ListUnmatched(db::Tx& tx, const base::Uuid& program_id,
                                                        const base::Uuid& before, int64_t limit);

// All of a programme, attached or not, after a place, by (bucket, id).
absl::StatusOr<std::vector<UnmatchedRow>> UnmatchedAfter(db::Tx& tx, const base::Uuid& program_id,
                                                         int64_t bucket, const base::Uuid& order_id,
                                                         int64_t limit);

struct NewUnmatched {
  UnmatchedRow row;
  std::vector<Identifier> identifiers;
  // Under which the directory of orders leads to it. They must be free: kAlreadyExists otherwise.
  std::vector<base::Uuid> directory_keys;
};
absl::Status InsertUnmatched(db::Tx& tx, const std::vector<NewUnmatched>& orders);

// Cancels the order as the row's last four fields say. kAlreadyExists, kAborted: it has become
// somebody's, or was cancelled, meanwhile.
absl::Status CancelUnmatched(db::Tx& tx, const UnmatchedRow& row);

}  // namespace laurel::members
