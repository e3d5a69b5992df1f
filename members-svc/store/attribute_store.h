// Attributes of members: what the customer's systems and campaigns say of them, as text by name; an
// empty value is a tag. No personal data.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lib/base/uuid.h"
#include "lib/db/pipeline.h"
#include "lib/db/pool.h"

namespace laurel::members {

struct MemberAttributes {
  std::map<std::string, std::string> values;
  absl::Time update_time = absl::InfinitePast();  // of the newest
};
absl::StatusOr<MemberAttributes> ReadAttributes(db::Tx& tx, const base::Uuid& program_id,
                                                const base::Uuid& member_id);

struct AttributeValue {
  base::Uuid program_id;
  base::Uuid member_id;
  std::string name;
  std::string value;
};
// Each name of a member once.
absl::Status WriteAttributes(db::Tx& tx, const std::vector<AttributeValue>& attributes,
                             absl::Time now);
// The same with the pipeline's next flush.
void SendAttributes(db::Pipeline& tx, const std::vector<AttributeValue>& attributes,
                    absl::Time now);

absl::Status DeleteAttributes(db::Tx& tx, const base::Uuid& program_id, const base::Uuid& member_id,
                              const std::vector<std::string>& names);

}  // namespace laurel::members
