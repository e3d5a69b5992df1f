// Which policy dates a lot, and what that comes to: pure. A campaign's policy overrides the tier's,
// the tier's the wallet type's; each part (expiry, pending) on its own.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "laurel/members/v1/lot_policy.pb.h"
#include "laurel/members/v1/program.pb.h"
#include "lib/status/error.h"
#include "members-svc/domain/wallet.h"

namespace laurel::members {

// The policy that holds for one lot. Points into the messages that it was made from.
struct LotRules {
  const members::v1::ExpiryPolicy* expiry = nullptr;
  int pending_days = 0;
  int pending_event_days = 0;
  // In a wallet whose expiry slides, a lot that was dated otherwise keeps its date.
  bool keeps_date = false;
};

// `overrides` from the strongest to the weakest, null where there is none: the campaign's, and
// after it, once there are tiers, the tier's.
LotRules RulesOf(const members::v1::WalletType& type,
                 std::initializer_list<const members::v1::LotPolicy*> overrides);

// Whether the activity pushes the expiry of the wallet's lots out.
bool SlidesOn(const members::v1::WalletType& type, members::v1::ExpiryPolicy::Activity activity);

// When a lot expires whose clock starts at `start_us`.
int64_t ExpiryFrom(const LotRules& rules, int64_t start_us, absl::TimeZone zone);

// The credit of `points` that occurred at `occur_us`.
Credit CreditOf(const LotRules& rules, int64_t points, int64_t occur_us, absl::TimeZone zone);

// What is wrong with the policy of a wallet type or a campaign, appended to `out` with its path.
// `first_day`: the first on which such points can become active, for dates that end before it.
struct PolicyPlace {
  std::string path;  // with the dot at its end
  absl::CivilDay first_day;
};
void CheckExpiry(const members::v1::ExpiryPolicy& expiry, const PolicyPlace& place,
                 std::vector<status::Violation>* out);
void CheckPending(const members::v1::PendingPolicy& pending, const PolicyPlace& place,
                  std::vector<status::Violation>* out);

}  // namespace laurel::members
