// Request keys that stand in the ledger twice although the second request should have been answered
// with what the first had done. Within a day a unique key prevents it, across days only the look-up
// of request_key.h does.
#pragma once

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "lib/base/uuid.h"
#include "members-svc/domain/chain.h"

namespace laurel::members {

class RepeatedKeys {
 public:
  struct Use {
    int64_t create_us = 0;
    WalletId wallet;  // of an order: its member's, without a number
    int64_t seq = 0;
  };
  // In order of buckets. The later of two uses of one key, if the earlier was still to be found.
  // Null: the key is new, or its first use was forgotten when it was used again.
  const Use* Add(int bucket, const base::Uuid& key, const Use& use);

 private:
  int bucket_ = -1;
  absl::flat_hash_map<base::Uuid, Use> uses_;  // the latest of each, in this bucket
  Use later_;
};

}  // namespace laurel::members
