// Proving orders of nobody, which no seal covers: that the directory of orders leads to each under
// the keys that it claimed, that the ones that were attached and the orders of members which they
// became name one another and say the same of what was bought, and that the cancelled ones say so.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "laurel/members/v1/order.pb.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "members-svc/store/unmatched_store.h"

namespace laurel::members {

class UnmatchedProof {
 public:
  explicit UnmatchedProof(const base::Uuid& program_id) : program_id_(program_id) {}

  // `order_id` is the one at fault, `member_id` whose it is; zero: nobody's.
  using Fault = std::function<void(const base::Uuid& member_id, const base::Uuid& order_id,
                                   std::string what)>;

  // Orders of members, before the unmatched ones: those of them that were unmatched.
  struct MembersOrder {
    base::Uuid order_id;
    base::Uuid member_id;
    members::v1::Order order;
  };
  absl::Status CheckOrders(db::Tx& tx, const std::vector<MembersOrder>& orders, const Fault& fault);

  // The next unmatched orders. False when there are none left.
  absl::StatusOr<bool> Next(db::Tx& tx, const Fault& fault);

 private:
  absl::Status CheckAttached(db::Tx& tx, const UnmatchedRow& row, const Fault& fault);

  const base::Uuid program_id_;
  // The orders of members, by the unmatched order that they were.
  absl::flat_hash_map<base::Uuid, base::Uuid> attached_;
  int64_t last_bucket_ = -1;
  base::Uuid last_order_;
};

}  // namespace laurel::members
