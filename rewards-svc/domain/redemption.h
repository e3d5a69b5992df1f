// A redemption and the rules about its states: pure.
//
//   PENDING ──▶ ISSUED ──▶ USED
//      │         ▲  │
//      ▼         │  ▼
//   REFUSED   CANCELLING ──▶ CANCELLED
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "lib/base/uuid.h"

namespace laurel::rewards {

// The numbers of laurel.rewards.v1.RedemptionState.
enum class State : int {
  kPending = 1,
  kIssued = 2,
  kUsed = 3,
  kRefused = 4,
  kCancelling = 5,
  kCancelled = 6,
};
std::string_view NameOf(State state);

struct Redemption {
  // BucketOf the member, and of the redemption's own id.
  int bucket = 0;
  base::Uuid redemption_id;
  base::Uuid program_id;
  base::Uuid member_id;
  base::Uuid reward_id;
  State state = State::kPending;
  int64_t points = 0;
  std::string wallet_type;
  std::string coupon_code;
  // Why it was refused (members-svc's reason) or cancelled (the caller's words).
  std::string reason;
  // One unit of counted stock is this redemption's.
  bool stock_held = false;
  absl::Time create_time;
  absl::Time update_time;
  std::optional<absl::Time> issue_time;
  base::Uuid spend_request_id;
  std::optional<base::Uuid> spend_entry_id;
  std::optional<base::Uuid> refund_request_id;
  // The fence of the driver that claimed it last.
  int64_t attempts = 1;
  // Until then a call of that driver may take effect at members-svc.
  absl::Time doubt_until;
  // Key of the command that the saga serves.
  std::optional<base::Uuid> command_key;
};

// `candidate`, changed in its random part so that it falls into the slice of `owner`: from the id
// alone follows where its row lies. About 1,024 tries of two nanoseconds.
base::Uuid InSliceOf(base::Uuid candidate, const base::Uuid& owner);

// FAILED_PRECONDITION, REDEMPTION_STATE unless it is ISSUED: what is used is final, what is
// cancelled or on its way is not to be used or cancelled.
absl::Status CheckIssued(const Redemption& redemption);

// Whether the coupon code is to be shown.
bool ShowsCode(const Redemption& redemption);

// As it was answered when it was issued, whatever has happened to it since.
Redemption AsIssued(Redemption redemption);

}  // namespace laurel::rewards
