#include "referrals-svc/domain/referral.h"

#include <algorithm>
#include <string>
#include <utility>

#include "lib/base/timestamps.h"
#include "lib/status/error.h"

namespace laurel::referrals {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);
constexpr int kRegistrationDays = 30;
constexpr char kWalletType[] = "points";

bool IsBlank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

}  // namespace

absl::StatusOr<v1::ReferralProgram> CompleteProgram(v1::ReferralProgram program) {
  std::vector<status::Violation> violations;
  if (IsBlank(program.display_name()))
    violations.push_back({"referralProgram.displayName", "must not be blank"});
  const auto& channels = program.qualification().channels();
  for (int i = 0; i < channels.size(); ++i) {
    if (IsBlank(channels[i])) {
      violations.push_back({"referralProgram.qualification.channels[" + std::to_string(i) + "]",
                            "must not be blank"});
    }
  }
  if (!violations.empty()) return status::InvalidRequest(violations);
  program.mutable_qualification();
  if (program.wallet_type().empty()) program.set_wallet_type(kWalletType);
  if (program.registration_days() == 0) program.set_registration_days(kRegistrationDays);
  return program;
}

absl::Status CheckRegistration(const Registration& registration, absl::Time now) {
  if (registration.referrer_id == registration.referee_id)
    return status::Refused("SELF_REFERRAL", "Nobody can refer themselves.");
  if (registration.already_referred)
    return status::Refused("ALREADY_REFERRED", "The member has been referred already.");
  if (registration.referee_is_ancestor)
    return status::Refused("REFERRAL_CYCLE", "The member stands above the owner of the code.");
  if (now > registration.join_time + registration.registration_days * kDay)
    return status::Refused("REGISTRATION_CLOSED", "The member joined too long ago.");
  return absl::OkStatus();
}

bool Qualifies(const OpenReferral& referral, const v1::Qualification& qualification,
               const events::v1::OrderRecorded& order) {
  const absl::Time occurred = base::FromTimestamp(order.occur_time());
  if (occurred < referral.create_time) return false;
  if (qualification.within_days() > 0 &&
      occurred > referral.create_time + qualification.within_days() * kDay)
    return false;
  if (order.total_minor_units() < qualification.min_order_minor_units()) return false;
  const auto& channels = qualification.channels();
  return channels.empty() ||
         std::find(channels.begin(), channels.end(), order.channel()) != channels.end();
}

std::vector<payout::Payout> PayoutsOf(const OpenReferral& referral,
                                      const v1::ReferralProgram& program) {
  std::vector<payout::Payout> payouts;
  const auto owe = [&](const base::Uuid& member_id, int64_t points, const char* reason) {
    if (points == 0) return;
    payouts.push_back({.bucket = referral.bucket,
                       .payout_id = {},
                       .program_id = referral.program_id,
                       .member_id = member_id,
                       .cause_id = referral.referral_id,
                       .wallet_type = program.wallet_type(),
                       .amount = points,
                       .reason = reason});
  };
  owe(referral.referrer_id, program.referrer_points(), "Referred a member");
  owe(referral.referee_id, program.referee_points(), "Joined by referral");
  return payouts;
}

}  // namespace laurel::referrals
