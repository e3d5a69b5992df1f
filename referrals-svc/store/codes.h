// Codes: a directory by code and a row per member.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"

namespace laurel::referrals::store {

struct CodeOwner {
  base::Uuid program_id;
  base::Uuid referral_program_id;
  base::Uuid member_id;
};

// The code of a member; empty: none has been made yet.
absl::StatusOr<std::optional<std::string>> FindCodeOf(db::Tx& tx, const CodeOwner& owner);
// Claims `code`. False: it is taken. kAborted when a twin of the request has made one meanwhile.
absl::StatusOr<bool> ClaimCode(db::Tx& tx, const CodeOwner& owner, const std::string& code,
                               absl::Time now);
// Whose code it is. NOT_FOUND, CODE_NOT_FOUND.
absl::StatusOr<CodeOwner> FindCodeOwner(db::Tx& tx, const base::Uuid& program_id,
                                        const std::string& code);

absl::Status CodeNotFound();

}  // namespace laurel::referrals::store
