// What members bought, as recorded, and what is left of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "laurel/members/v1/order.pb.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "members-svc/domain/tier_history.h"

namespace laurel::members {

// An order with its returns taken off. Store and content only where they are asked for.
struct PastOrder {
  BoughtOrder bought;
  std::optional<v1::Order> content;
  // What has been returned of its lines in all.
  google::protobuf::RepeatedPtrField<v1::ReturnedLine> returned_lines;
};
struct OrderHistory {
  std::vector<PastOrder> orders;  // as recorded
  int64_t seen_us = 0;            // create time of the newest order or return
};
// Of members by (bucket, id), as arrays; those without orders are absent.
absl::StatusOr<absl::flat_hash_map<base::Uuid, OrderHistory>> ReadOrderHistory(
    db::Tx& tx, const std::string& buckets, const std::string& ids, bool with_content);

}  // namespace laurel::members
