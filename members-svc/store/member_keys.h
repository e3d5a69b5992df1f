// Members as statements take them: arrays of their buckets and ids, in one order.
#pragma once

#include <string>
#include <vector>

#include "lib/base/bucket.h"
#include "lib/base/uuid.h"
#include "lib/db/values.h"

namespace laurel::members {

struct MemberKeys {
  explicit MemberKeys(const std::vector<base::Uuid>& members)
      : buckets(db::ArrayOf(members, [](const base::Uuid& id) { return base::BucketOf(id); })),
        ids(db::ArrayOf(members, [](const base::Uuid& id) { return id; })) {}
  std::string buckets;
  std::string ids;
};

}  // namespace laurel::members
