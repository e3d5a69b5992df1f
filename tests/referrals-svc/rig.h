// referrals-svc in a test: its handlers over a real database and a fake members-svc.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "laurel/referrals/v1/referral.pb.h"
#include "referrals-svc/deps.h"
#include "tests/testing/consumers/rig.h"

namespace laurel::referrals {

class Rig : public testing::ConsumerRig {
 public:
  Rig();
  const Deps& deps() const { return deps_; }

  // What a programme of the tests is unless they say otherwise: 100 and 50 points, from 10.00 on.
  static v1::ReferralProgram Usual();
  v1::ReferralProgram MakeProgram(const v1::ReferralProgram& program = Usual());
  absl::StatusOr<std::string> Code(const std::string& member_id,
                                   const std::string& referral_program_id);
  absl::StatusOr<v1::Referral> Register(const std::string& referee_id, const std::string& code,
                                        const std::string& request_id);
  absl::StatusOr<v1::Referral> Register(const std::string& referee_id, const std::string& code) {
    return Register(referee_id, code, RequestId());
  }
  absl::StatusOr<v1::Referral> Get(const std::string& referral_id,
                                   const server::Call& call = AsOperator());
  absl::Status Deliver(const events::v1::DeliverRequest& request);

  // A referrer and a referee who has registered with the referrer's code.
  struct Pair {
    std::string referrer_id;
    std::string referee_id;
    std::string referral_id;
  };
  Pair MakePair(const v1::ReferralProgram& program);
  v1::ReferralState State(const std::string& referral_id) { return Get(referral_id)->state(); }

 private:
  const Deps deps_;
};

}  // namespace laurel::referrals
