// What ways to earn are told from: the live rules, the names in them, and what a member has had of
// their limits.
#pragma once

#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "laurel/members/v1/campaign.pb.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "members-svc/domain/way_texts.h"

namespace laurel::members {

struct WayReads {
  WayContext context;
  // Active campaigns that can be told and are valid at the time, in running order.
  std::vector<v1::Campaign> campaigns;
  // Points that the member has had in the period of its limit, by campaign id; absent: none.
  absl::flat_hash_map<std::string, int64_t> had;
  // Which wallet type a tier set counts; absent: it counts no points.
  absl::flat_hash_map<std::string, std::string> counted;
};
// In the language that a member gets who wants `language`, which is in the answer's context. At
// most `most` campaigns. NOT_FOUND, PROGRAM_NOT_FOUND.
struct WaysOf {
  base::Uuid program_id;
  base::Uuid member_id;
  std::string_view language;
  absl::Time now;
  size_t most = 0;
};
absl::StatusOr<WayReads> ReadWays(db::Tx& tx, const WaysOf& of);

}  // namespace laurel::members
