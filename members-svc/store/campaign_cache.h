// The rules of programmes, read again when their version has moved. A batch's first round trip
// reads the versions, so that an order after an acknowledged activation is evaluated under it.
#pragma once

#include <memory>
#include <mutex>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"
#include "members-svc/domain/program_rules.h"

namespace laurel::members {

class CampaignCache {
 public:
  // The rules of a programme at `version` or later; read through `tx` when the cached ones are
  // older. NOT_FOUND, PROGRAM_NOT_FOUND.
  absl::StatusOr<std::shared_ptr<const ProgramRules>> At(db::Tx& tx, const base::Uuid& program_id,
                                                         int64_t version);
  // The newest rules that were read before; null: none.
  std::shared_ptr<const ProgramRules> Known(const base::Uuid& program_id);
  // The rules as they stand now: reads the version first.
  absl::StatusOr<std::shared_ptr<const ProgramRules>> Current(db::Tx& tx,
                                                              const base::Uuid& program_id);

 private:
  std::mutex mutex_;
  absl::flat_hash_map<base::Uuid, std::shared_ptr<const ProgramRules>> by_program_;
};

}  // namespace laurel::members
