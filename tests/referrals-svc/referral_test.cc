// Programmes, codes, registrations and reads, against a real database.

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "lib/rules/rules.h"
#include "lib/status/error.h"
#include "referrals-svc/handlers/handlers.h"
#include "tests/referrals-svc/rig.h"

namespace laurel::referrals {
namespace {

class ReferralTest : public ::testing::Test {
 protected:
  static std::string Reason(const absl::Status& status) { return status::ReasonOf(status); }
  Rig rig;
};

TEST_F(ReferralTest, EveryMethodHasItsRules) {
  for (const char* name :
       {"laurel.referrals.v1.ReferralProgramService", "laurel.referrals.v1.ReferralService",
        "laurel.events.v1.EventSinkService"}) {
    const auto* service =
        google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
    ASSERT_NE(service, nullptr) << name;
    EXPECT_TRUE(rules::CheckServiceRules(service).ok()) << name;
  }
}

TEST_F(ReferralTest, CreateReferralProgramIsRepeatable) {
  v1::CreateReferralProgramRequest request;
  request.set_program_id(rig.program_id);
  request.set_request_id(rig.RequestId());
  *request.mutable_referral_program() = Rig::Usual();
  v1::CreateReferralProgramResponse first, second;
  ASSERT_TRUE(handlers::CreateReferralProgram(rig.deps(), Rig::AsOperator(), request, &first).ok());
  ASSERT_TRUE(
      handlers::CreateReferralProgram(rig.deps(), Rig::AsOperator(), request, &second).ok());
  EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString());
  request.mutable_referral_program()->set_referrer_points(1);
  EXPECT_EQ(
      Reason(handlers::CreateReferralProgram(rig.deps(), Rig::AsOperator(), request, &second)),
      "REQUEST_ID_REUSED");
  EXPECT_EQ(rig.database.Admin("SELECT count(*) FROM referral_programs")[0], "1");
}

TEST_F(ReferralTest, GetReferralProgramKeepsProgrammesApart) {
  const auto made = rig.MakeProgram();
  v1::GetReferralProgramRequest request;
  request.set_program_id(rig.program_id);
  request.set_referral_program_id(made.referral_program_id());
  v1::GetReferralProgramResponse response;
  ASSERT_TRUE(handlers::GetReferralProgram(rig.deps(), Rig::AsOperator(), request, &response).ok());
  EXPECT_EQ(response.referral_program().SerializeAsString(), made.SerializeAsString());
  request.set_program_id(base::EncodeId("prg", rig.ids.Next(rig.clock.Now())));
  EXPECT_EQ(Reason(handlers::GetReferralProgram(rig.deps(), Rig::AsOperator(), request, &response)),
            "REFERRAL_PROGRAM_NOT_FOUND");
}

TEST_F(ReferralTest, ListReferralProgramsPagesOldestFirst) {
  std::vector<std::string> made;
  for (int i = 0; i < 5; ++i) made.push_back(rig.MakeProgram().referral_program_id());
  std::vector<std::string> listed;
  v1::ListReferralProgramsRequest request;
  request.set_program_id(rig.program_id);
  request.set_page_size(2);
  int pages = 0;
  do {
    v1::ListReferralProgramsResponse response;
    ASSERT_TRUE(
        handlers::ListReferralPrograms(rig.deps(), Rig::AsOperator(), request, &response).ok());
    for (const auto& program : response.referral_programs())
      listed.push_back(program.referral_program_id());
    request.set_page_token(response.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(listed, made);
  EXPECT_EQ(pages, 3);
  request.set_page_token("x");
  v1::ListReferralProgramsResponse response;
  EXPECT_EQ(
      Reason(handlers::ListReferralPrograms(rig.deps(), Rig::AsOperator(), request, &response)),
      "PAGE_TOKEN_INVALID");
}

TEST_F(ReferralTest, CreateReferralCodeGivesTheSameCodeForEver) {
  const auto program = rig.MakeProgram();
  const auto other = rig.MakeProgram();
  const std::string member = rig.Member();
  const auto code = rig.Code(member, program.referral_program_id());
  ASSERT_TRUE(code.ok()) << code.status();
  // Once made, nobody has to ask members-svc again.
  rig.members.Remove(member);
  EXPECT_EQ(rig.Code(member, program.referral_program_id()).value(), *code);
  EXPECT_EQ(Reason(rig.Code(member, other.referral_program_id()).status()), "MEMBER_NOT_FOUND");
  EXPECT_EQ(Reason(rig.Code(member, base::EncodeId("rfp", {1, 1})).status()),
            "REFERRAL_PROGRAM_NOT_FOUND");
}

TEST_F(ReferralTest, CodesAskedForAtOnceAreOne) {
  const auto program = rig.MakeProgram();
  const std::string member = rig.Member();
  std::vector<std::string> codes(8);
  std::vector<std::thread> threads;
  for (auto& code : codes) {
    threads.emplace_back(
        [&] { code = rig.Code(member, program.referral_program_id()).value_or(""); });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& code : codes) EXPECT_EQ(code, codes.front());
  EXPECT_EQ(codes.front().size(), 8U);
  EXPECT_EQ(rig.database.Admin("SELECT count(*) FROM referral_codes")[0], "1");
}

TEST_F(ReferralTest, RegisterReferralAnswersTheSameTwice) {
  const auto program = rig.MakeProgram();
  const std::string referrer = rig.Member(), referee = rig.Member();
  const std::string code = rig.Code(referrer, program.referral_program_id()).value();
  const std::string request_id = rig.RequestId();
  const auto first = rig.Register(referee, code, request_id);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->state(), v1::REFERRAL_STATE_REGISTERED);
  EXPECT_EQ(first->referrer_member_id(), referrer);
  EXPECT_EQ(first->referee_member_id(), referee);
  rig.clock.Advance(absl::Hours(24 * 100));  // closed by now, but it has been answered already
  EXPECT_EQ(rig.Register(referee, code, request_id)->SerializeAsString(),
            first->SerializeAsString());
  EXPECT_EQ(Reason(rig.Register(referee, "ABCD2345", request_id).status()), "REQUEST_ID_REUSED");
}

TEST_F(ReferralTest, RegisterReferralRefusesForEveryReason) {
  v1::ReferralProgram rules = Rig::Usual();
  rules.set_registration_days(7);
  const auto program = rig.MakeProgram(rules);
  const std::string a = rig.Member(), b = rig.Member();
  const std::string code = rig.Code(a, program.referral_program_id()).value();
  EXPECT_EQ(Reason(rig.Register(b, "ZZZZZZZZ").status()), "CODE_NOT_FOUND");
  EXPECT_EQ(Reason(rig.Register(b, "no code").status()), "CODE_NOT_FOUND");
  EXPECT_EQ(Reason(rig.Register(base::EncodeId("mem", {1, 1}), code).status()), "MEMBER_NOT_FOUND");
  EXPECT_EQ(Reason(rig.Register(a, code).status()), "SELF_REFERRAL");
  const std::string old = rig.Member(rig.clock.Now() - absl::Hours(24 * 8));
  EXPECT_EQ(Reason(rig.Register(old, code).status()), "REGISTRATION_CLOSED");
  std::string typed = code;
  std::transform(typed.begin(), typed.end(), typed.begin(), ::tolower);
  EXPECT_TRUE(rig.Register(b, typed.insert(4, "-")).ok());
  EXPECT_EQ(Reason(rig.Register(b, code).status()), "ALREADY_REFERRED");
}

TEST_F(ReferralTest, AReferrerInAnotherReferralProgrammeIsAReferrerToo) {
  const auto one = rig.MakeProgram(), two = rig.MakeProgram();
  const std::string a = rig.Member(), b = rig.Member();
  ASSERT_TRUE(rig.Register(b, rig.Code(a, one.referral_program_id()).value()).ok());
  EXPECT_EQ(Reason(rig.Register(b, rig.Code(a, two.referral_program_id()).value()).status()),
            "ALREADY_REFERRED");
  EXPECT_EQ(Reason(rig.Register(a, rig.Code(b, two.referral_program_id()).value()).status()),
            "REFERRAL_CYCLE");
}

TEST_F(ReferralTest, CyclesOfAnyLengthAreRefused) {
  const auto program = rig.MakeProgram();
  for (const int length : {2, 3, 12}) {
    std::vector<std::string> chain = {rig.Member()};
    for (int i = 1; i < length; ++i) {
      chain.push_back(rig.Member());
      const auto& above = chain[chain.size() - 2];
      ASSERT_TRUE(
          rig.Register(chain.back(), rig.Code(above, program.referral_program_id()).value()).ok());
    }
    const std::string last = rig.Code(chain.back(), program.referral_program_id()).value();
    EXPECT_EQ(Reason(rig.Register(chain.front(), last).status()), "REFERRAL_CYCLE") << length;
    // A branch is no cycle.
    EXPECT_TRUE(
        rig.Register(rig.Member(), rig.Code(chain.front(), program.referral_program_id()).value())
            .ok());
  }
}

TEST_F(ReferralTest, RegistrationsThatRaceNeverCloseACycle) {
  const auto program = rig.MakeProgram();
  for (int round = 0; round < 20; ++round) {
    std::vector<std::string> ring, codes;
    for (int i = 0; i < 4; ++i) {
      ring.push_back(rig.Member());
      codes.push_back(rig.Code(ring.back(), program.referral_program_id()).value());
    }
    std::vector<absl::Status> results(ring.size());
    std::vector<std::thread> threads;
    for (size_t i = 0; i < ring.size(); ++i) {
      threads.emplace_back(
          [&, i] { results[i] = rig.Register(ring[i], codes[(i + 1) % codes.size()]).status(); });
    }
    for (auto& thread : threads) thread.join();
    int refused = 0;
    for (const auto& result : results) {
      if (result.ok()) continue;
      EXPECT_EQ(Reason(result), "REFERRAL_CYCLE") << result;
      ++refused;
    }
    EXPECT_EQ(refused, 1);
  }
}

TEST_F(ReferralTest, GetReferralShowsItToItsTwoSidesOnly) {
  const auto pair = rig.MakePair(rig.MakeProgram());
  EXPECT_TRUE(rig.Get(pair.referral_id, Rig::AsMember(pair.referrer_id)).ok());
  EXPECT_TRUE(rig.Get(pair.referral_id, Rig::AsMember(pair.referee_id)).ok());
  const auto foreign = rig.Get(pair.referral_id, Rig::AsMember(rig.Member())).status();
  const auto unknown =
      rig.Get(base::EncodeId("ref", {1, 1}), Rig::AsMember(pair.referee_id)).status();
  EXPECT_EQ(Reason(unknown), "REFERRAL_NOT_FOUND");
  EXPECT_EQ(foreign, unknown);  // the same bytes
}

TEST_F(ReferralTest, ListReferralsPagesNewestFirst) {
  const auto program = rig.MakeProgram();
  const std::string referrer = rig.Member();
  const std::string code = rig.Code(referrer, program.referral_program_id()).value();
  std::vector<std::string> made;
  for (int i = 0; i < 5; ++i) {
    rig.clock.Advance(absl::Milliseconds(1));
    made.insert(made.begin(), rig.Register(rig.Member(), code)->referral_id());
  }
  rig.MakePair(program);  // somebody else's
  std::vector<std::string> listed;
  v1::ListReferralsRequest request;
  request.set_program_id(rig.program_id);
  request.set_member_id(referrer);
  request.set_page_size(2);
  do {
    v1::ListReferralsResponse response;
    ASSERT_TRUE(handlers::ListReferrals(rig.deps(), Rig::AsOperator(), request, &response).ok());
    for (const auto& referral : response.referrals()) listed.push_back(referral.referral_id());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(listed, made);
}

}  // namespace
}  // namespace laurel::referrals
