// What a bulk job may consist of: pure. A list is checked as a whole before anything of it is
// stored, so that a job never fails for what could have been known.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "laurel/members/v1/job.pb.h"
#include "lib/base/uuid.h"
#include "lib/status/error.h"

namespace laurel::members {

// Everything wrong with a list, row by row (`rows[17].amount`), at most a hundred. `members` are
// those of its members that the programme has; `is_entry_here` says whether an id can be that of an
// entry of its wallet type.
std::vector<status::Violation> CheckJob(
    const v1::CreateJobRequest& request, const absl::flat_hash_set<base::Uuid>& members,
    const std::function<bool(const base::Uuid&)>& is_entry_here);

// What the rows ask for, up and down added; below 2^53 for any list that passed.
int64_t TotalOf(const v1::CreateJobRequest& request);

}  // namespace laurel::members
