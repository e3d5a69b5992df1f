// The rules of referrals: who may be registered, and which order makes a referral qualify. Pure.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "laurel/events/v1/event.pb.h"
#include "laurel/referrals/v1/referral.pb.h"
#include "lib/base/uuid.h"
#include "lib/payout/payout.h"

namespace laurel::referrals {

// The programme with its defaults written out, as it is stored and shown. INVALID_ARGUMENT,
// INVALID_REQUEST for a blank name or channel.
absl::StatusOr<v1::ReferralProgram> CompleteProgram(v1::ReferralProgram program);

// What is known when somebody wants to register with a code.
struct Registration {
  base::Uuid referrer_id;
  base::Uuid referee_id;
  absl::Time join_time;  // of the referee
  bool already_referred = false;
  bool referee_is_ancestor = false;  // the referee referred the referrer, at whatever distance
  int registration_days = 30;
};
// FAILED_PRECONDITION, in this order: SELF_REFERRAL, ALREADY_REFERRED, REFERRAL_CYCLE,
// REGISTRATION_CLOSED.
absl::Status CheckRegistration(const Registration& registration, absl::Time now);

// A registered referral that waits for its order.
struct OpenReferral {
  int bucket = 0;  // of the referee
  base::Uuid referee_id;
  base::Uuid referral_id;
  base::Uuid program_id;
  base::Uuid referral_program_id;
  base::Uuid referrer_id;
  absl::Time create_time;
};

// Whether this order makes the referral qualify: it occurred at or after the registration and,
// where the programme limits that, at most within_days (of exactly 24 hours) later; its total and
// channel fit.
bool Qualifies(const OpenReferral& referral, const v1::Qualification& qualification,
               const events::v1::OrderRecorded& order);

// What a qualified referral pays: a payout per side that gets points. Ids are left to the caller.
std::vector<payout::Payout> PayoutsOf(const OpenReferral& referral,
                                      const v1::ReferralProgram& program);

}  // namespace laurel::referrals
