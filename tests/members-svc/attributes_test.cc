// SetMemberAttributes, and where attributes are read.
#include "members-svc/domain/attributes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "laurel/events/v1/event.pb.h"
#include "lib/status/error.h"
#include "tests/members-svc/world.h"

namespace laurel::members::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class Attributes : public ::testing::Test {
 protected:
  Attributes() : member_(world_.Enrol("ada").member_id()) {}

  v1::SetMemberAttributesRequest Request(const std::map<std::string, std::string>& set,
                                         const std::vector<std::string>& remove = {}) {
    v1::SetMemberAttributesRequest request;
    request.set_program_id(world_.program_id());
    request.set_member_id(member_);
    request.set_request_id(world_.NewRequestId());
    request.mutable_set()->insert(set.begin(), set.end());
    for (const std::string& name : remove) request.add_remove(name);
    return request;
  }
  absl::StatusOr<v1::Member> Send(const v1::SetMemberAttributesRequest& request) {
    const auto answer = Ask(handlers::SetMemberAttributes, world_, world_.AsClient(), request);
    if (!answer.ok()) return answer.status();
    return answer->member();
  }
  absl::StatusOr<v1::Member> Set(const std::map<std::string, std::string>& set,
                                 const std::vector<std::string>& remove = {}) {
    return Send(Request(set, remove));
  }
  std::map<std::string, std::string> Read() {
    v1::GetMemberRequest request;
    request.set_program_id(world_.program_id());
    request.set_member_id(member_);
    const auto member = Ask(handlers::GetMember, world_, world_.AsClient(), request);
    EXPECT_TRUE(member.ok()) << member.status();
    const auto& attributes = member->member().attributes();
    return {attributes.begin(), attributes.end()};
  }
  // What was told of the member: name=value, or -name.
  std::vector<std::string> Told() {
    std::vector<std::string> out;
    for (const std::string& row : world_.database().Admin(
             "SELECT encode(events, 'hex') FROM outbox ORDER BY position_us, outbox_id")) {
      events::v1::DeliverRequest batch;
      EXPECT_TRUE(batch.ParseFromString(absl::HexStringToBytes(row)));
      for (const events::v1::Event& event : batch.events()) {
        if (!event.has_attribute_changed() || event.member_id() != member_) continue;
        const auto& changed = event.attribute_changed();
        out.push_back(changed.removed() ? "-" + changed.name()
                                        : changed.name() + "=" + changed.value());
      }
    }
    return out;
  }

  World world_;
  const std::string member_;
};

TEST_F(Attributes, AreSetRemovedAndReadAndEachChangeIsTold) {
  const auto member = Set({{"plan", "gold"}, {"vip", ""}});
  ASSERT_TRUE(member.ok()) << member.status();
  EXPECT_EQ(member->external_id(), "ada");
  EXPECT_THAT(Read(), ElementsAre(Pair("plan", "gold"), Pair("vip", "")));
  world_.clock().Advance(absl::Seconds(1));
  ASSERT_TRUE(Set({{"plan", "silver"}}, {"vip", "never_there"}).ok());
  EXPECT_THAT(Read(), ElementsAre(Pair("plan", "silver")));
  EXPECT_THAT(Told(), ElementsAre("plan=gold", "vip=", "-vip", "plan=silver"));
}

TEST_F(Attributes, WhatIsAlreadySoChangesNothing) {
  ASSERT_TRUE(Set({{"plan", "gold"}}).ok());
  ASSERT_TRUE(Set({{"plan", "gold"}}, {"vip"}).ok());
  EXPECT_THAT(Told(), ElementsAre("plan=gold"));
}

TEST_F(Attributes, ARequestTakesEffectOnce) {
  const auto request = Request({{"plan", "gold"}});
  ASSERT_TRUE(Send(request).ok());
  ASSERT_TRUE(Set({{"plan", "silver"}}).ok());
  ASSERT_TRUE(Send(request).ok());
  EXPECT_THAT(Read(), ElementsAre(Pair("plan", "silver")));
  auto other = request;
  (*other.mutable_set())["plan"] = "bronze";
  EXPECT_REASON(Send(other).status(), "REQUEST_ID_REUSED");
}

TEST_F(Attributes, BadOnesAreRefusedAndNothingChanges) {
  ASSERT_TRUE(Set({{"plan", "gold"}}).ok());
  const std::string umlauts = [] {
    std::string text;
    for (int i = 0; i < 128; ++i) text += "ü";
    return text;
  }();
  for (const auto& request :
       {Request({}), Request({{"Plan", "x"}}), Request({{"", "x"}}), Request({{"1st", "x"}}),
        Request({{std::string(65, 'a'), "x"}}), Request({{"plan", std::string(129, 'x')}}),
        Request({{"plan", umlauts + "x"}}), Request({{"plan", std::string("a\0b", 3)}}),
        Request({{"plan", "x"}}, {"plan"}), Request({}, {"not a name"})}) {
    EXPECT_REASON(Send(request).status(), "INVALID_REQUEST") << request.ShortDebugString();
  }
  EXPECT_THAT(Read(), ElementsAre(Pair("plan", "gold")));
  EXPECT_TRUE(Set({{"words", umlauts}, {std::string(64, 'a'), ""}}).ok());
}

TEST_F(Attributes, AMemberHasAtMost50) {
  std::map<std::string, std::string> many;
  for (int i = 0; i < 50; ++i) many[absl::StrCat("a", i)] = "x";
  ASSERT_TRUE(Set(many).ok());
  EXPECT_REASON(Set({{"one_more", ""}}).status(), "TOO_MANY_ATTRIBUTES");
  EXPECT_EQ(Read().size(), kMostAttributes);
  EXPECT_TRUE(Set({{"one_more", ""}}, {"a0"}).ok());
  EXPECT_TRUE(Set({{"a1", "y"}}).ok());
}

// Campaigns set theirs beyond the limit; then what is there may be changed, and exchanged.
TEST_F(Attributes, BeyondTheLimitNothingIsAdded) {
  std::map<std::string, std::string> many;
  for (int i = 0; i < 50; ++i) many[absl::StrCat("a", i)] = "x";
  ASSERT_TRUE(Set(many).ok());
  world_.database().Admin(
      "INSERT INTO member_attributes SELECT bucket, member_id, 'tag', program_id, '', update_us "
      "FROM member_attributes WHERE name = 'a0' AND member_id = '" +
      base::ToString(*base::DecodeId("mem", member_)) + "'");
  EXPECT_TRUE(Set({{"a1", "y"}, {"tag", "z"}}).ok());
  EXPECT_REASON(Set({{"one_more", ""}}).status(), "TOO_MANY_ATTRIBUTES");
  EXPECT_TRUE(Set({{"one_more", ""}}, {"a2"}).ok());
}

TEST_F(Attributes, TwoAtOnceDoNotPassTheLimitTogether) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    std::map<std::string, std::string> some;
    for (int i = 0; i < 20; ++i) some[absl::StrCat("a", t, "_", i)] = "x";
    threads.emplace_back([this, request = Request(some)] { (void)Send(request); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Read().size(), 40U);
}

TEST_F(Attributes, NobodyElsesAreTouched) {
  auto request = Request({{"plan", "gold"}});
  request.set_member_id(base::EncodeId("mem", world_.ids().Next(world_.clock().Now())));
  EXPECT_REASON(Send(request).status(), "MEMBER_NOT_FOUND");
  World other;
  auto foreign = Request({{"plan", "gold"}});
  foreign.set_program_id(other.program_id());
  EXPECT_REASON(Ask(handlers::SetMemberAttributes, other, other.AsClient(), foreign).status(),
                "MEMBER_NOT_FOUND");
  EXPECT_THAT(Read(), IsEmpty());
  const std::string grace = world_.Enrol("grace").member_id();
  ASSERT_TRUE(Set({{"plan", "gold"}}).ok());
  EXPECT_EQ(world_.Count("SELECT count(*) FROM member_attributes WHERE member_id = '" +
                         base::ToString(*base::DecodeId("mem", grace)) + "'"),
            0);
}

}  // namespace
}  // namespace laurel::members::testing
