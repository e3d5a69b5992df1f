#include "tests/referrals-svc/rig.h"

#include <gtest/gtest.h>

#include "lib/status/error.h"
#include "referrals-svc/handlers/handlers.h"
#include "referrals-svc/statements.h"

namespace laurel::referrals {
namespace {

testing::TestDatabase& Shared() {
  static testing::TestDatabase database("referrals", Statements(), Migrations());
  return database;
}

}  // namespace

Rig::Rig()
    : ConsumerRig(Shared(), "referrals",
                  "referral_programs, referral_graphs, referral_codes, member_codes, referrals"),
      deps_{.clock = clock,
            .ids = ids,
            .pool = pool,
            .relay = relay,
            .consumer = consumer,
            .payer = payer,
            .members = members.members()} {}

v1::ReferralProgram Rig::Usual() {
  v1::ReferralProgram program;
  program.set_display_name("Bring a friend");
  program.mutable_qualification()->set_min_order_minor_units(1000);
  program.set_referrer_points(100);
  program.set_referee_points(50);
  return program;
}

v1::ReferralProgram Rig::MakeProgram(const v1::ReferralProgram& program) {
  v1::CreateReferralProgramRequest request;
  request.set_program_id(program_id);
  *request.mutable_referral_program() = program;
  v1::CreateReferralProgramResponse response;
  const absl::Status made =
      handlers::CreateReferralProgram(deps_, AsOperator(), request, &response);
  EXPECT_TRUE(made.ok()) << made;
  return response.referral_program();
}

absl::StatusOr<std::string> Rig::Code(const std::string& member_id,
                                      const std::string& referral_program_id) {
  v1::CreateReferralCodeRequest request;
  request.set_program_id(program_id);
  request.set_member_id(member_id);
  request.set_referral_program_id(referral_program_id);
  v1::CreateReferralCodeResponse response;
  LAUREL_RETURN_IF_ERROR(handlers::CreateReferralCode(deps_, AsOperator(), request, &response));
  return response.referral_code().code();
}

absl::StatusOr<v1::Referral> Rig::Register(const std::string& referee_id, const std::string& code,
                                           const std::string& request_id) {
  v1::RegisterReferralRequest request;
  request.set_program_id(program_id);
  request.set_member_id(referee_id);
  request.set_code(code);
  request.set_request_id(request_id);
  v1::RegisterReferralResponse response;
  LAUREL_RETURN_IF_ERROR(handlers::RegisterReferral(deps_, AsOperator(), request, &response));
  return response.referral();
}

absl::StatusOr<v1::Referral> Rig::Get(const std::string& referral_id, const server::Call& call) {
  v1::GetReferralRequest request;
  request.set_program_id(program_id);
  request.set_referral_id(referral_id);
  v1::GetReferralResponse response;
  LAUREL_RETURN_IF_ERROR(handlers::GetReferral(deps_, call, request, &response));
  return response.referral();
}

absl::Status Rig::Deliver(const events::v1::DeliverRequest& request) {
  events::v1::DeliverResponse response;
  return handlers::Deliver(deps_, AsOperator(), request, &response);
}

Rig::Pair Rig::MakePair(const v1::ReferralProgram& program) {
  Pair pair{Member(), Member(), ""};
  const auto code = Code(pair.referrer_id, program.referral_program_id());
  EXPECT_TRUE(code.ok()) << code.status();
  const auto referral = Register(pair.referee_id, *code);
  EXPECT_TRUE(referral.ok()) << referral.status();
  pair.referral_id = referral->referral_id();
  return pair;
}

}  // namespace laurel::referrals
