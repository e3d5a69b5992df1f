// Which bucket an owner's rows lie in. Fixed for ever with the first row.
#pragma once

#include <cstdint>
#include <string_view>

#include "lib/base/uuid.h"

namespace laurel::base {

// The slice, 0 to 1,023: the top ten bits of the splitmix64 finaliser of (high xor low).
int SliceOf(const Uuid& owner);
// The label of a slice k: the smallest i >= 0 with (hashint4(i) + 2^31) >> 22 = k, where hashint4
// is PostgreSQL's hash of an int4. Labels spread evenly over any power of two of hash shards.
int LabelOfSlice(int slice);
// The value of the column `bucket`: LabelOfSlice(SliceOf(owner)).
int BucketOf(const Uuid& owner);
// The bucket of a directory key, from the first eight bytes of its hash.
int BucketOfHash(std::string_view hash);

}  // namespace laurel::base
