#include <gmock/gmock.h>

#include "lib/auth/caller.h"
#include "lib/auth/peers.h"
#include "lib/status/error.h"

namespace laurel::auth {
namespace {

namespace pb = laurel::api::v1;

Caller Member() {
  return {.program_id = "prg_1",
          .kind = pb::CALLER_KIND_MEMBER,
          .subject = "mem_1",
          .roles = {pb::ROLE_MEMBER},
          .scopes = {"wallet"},
          .step_up_time = absl::FromUnixSeconds(1000)};
}

constexpr char kPeers[] = R"({
  "gateway": {"kind": "gateway", "program_id": "", "roles": []},
  "operator": {"kind": "operator", "program_id": "", "roles": ["admin"]},
  "rewards": {"kind": "service"},
  "shop": {"kind": "service", "program_id": "prg_1", "roles": ["ROLE_CLIENT"]}})";

TEST(Caller, SurvivesItsMetadataEntry) {
  const std::string text = Encode(Member());
  EXPECT_EQ(
      text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
      std::string::npos)
      << text;
  const auto back = Decode(text);
  ASSERT_TRUE(back);
  EXPECT_EQ(ToProto(*back).SerializeAsString(), ToProto(Member()).SerializeAsString());
  EXPECT_EQ(back->step_up_time, Member().step_up_time);
}

TEST(Caller, MalformedEntriesAreNone) {
  EXPECT_FALSE(Decode("not base64!"));
  EXPECT_FALSE(Decode(""));  // a caller without a kind
  EXPECT_FALSE(Decode("////"));
  EXPECT_FALSE(Decode(Encode(Member()).substr(0, 11)));
}

TEST(Caller, StaffRolesIncludeTheLowerOnesAndNothingElse) {
  const Caller manager{.roles = {pb::ROLE_MANAGER}};
  EXPECT_TRUE(manager.HasRole(pb::ROLE_MANAGER));
  EXPECT_TRUE(manager.HasRole(pb::ROLE_AGENT));
  EXPECT_TRUE(manager.HasRole(pb::ROLE_VIEWER));
  EXPECT_FALSE(manager.HasRole(pb::ROLE_ADMIN));
  EXPECT_FALSE(manager.HasRole(pb::ROLE_CLIENT));
  EXPECT_FALSE(manager.HasRole(pb::ROLE_MEMBER));
  EXPECT_FALSE(manager.HasRole(pb::ROLE_UNSPECIFIED));
  for (const Role role : {pb::ROLE_SERVICE, pb::ROLE_GATEWAY, pb::ROLE_OPERATOR, pb::ROLE_CLIENT}) {
    const Caller caller{.roles = {role}};
    EXPECT_FALSE(caller.HasAnyRole({pb::ROLE_VIEWER, pb::ROLE_ADMIN, pb::ROLE_MEMBER}));
  }
  const Caller admin{.roles = {pb::ROLE_ADMIN}};
  EXPECT_FALSE(admin.HasRole(pb::ROLE_OPERATOR));
}

TEST(Caller, AnotherMembersThingIsAsIfItWereNotThere) {
  const auto check = [](const Caller& caller, std::string_view owner) {
    return status::ReasonOf(
        CheckOwner(caller, owner, "ORDER_NOT_FOUND", "There is no such order."));
  };
  EXPECT_EQ(check(Member(), "mem_1"), "");
  EXPECT_EQ(check(Member(), "mem_2"), "ORDER_NOT_FOUND");
  EXPECT_EQ(check(Member(), ""), "ORDER_NOT_FOUND");
  Caller nobody = Member();
  nobody.subject = "";
  EXPECT_EQ(check(nobody, ""), "ORDER_NOT_FOUND");
  // A member's token that also claims staff is still a member's.
  Caller greedy = Member();
  greedy.roles.push_back(pb::ROLE_ADMIN);
  EXPECT_EQ(check(greedy, "mem_2"), "ORDER_NOT_FOUND");
  const Caller agent{.kind = pb::CALLER_KIND_STAFF, .subject = "stf_1", .roles = {pb::ROLE_AGENT}};
  EXPECT_EQ(check(agent, "mem_2"), "");
}

TEST(Caller, StepUpLastsForAWhile) {
  EXPECT_TRUE(Member().SteppedUp(absl::FromUnixSeconds(1300), absl::Minutes(5)));
  EXPECT_FALSE(Member().SteppedUp(absl::FromUnixSeconds(1301), absl::Minutes(5)));
  EXPECT_FALSE(Member().SteppedUp(absl::FromUnixSeconds(999), absl::Minutes(5)));
  EXPECT_FALSE(Caller{}.SteppedUp(absl::FromUnixSeconds(0), absl::Minutes(5)));
}

TEST(Peers, EachKindHasItsRole) {
  const auto peers = Peers::Parse(kPeers);
  ASSERT_TRUE(peers.ok()) << peers.status();
  EXPECT_THAT(peers->Find("operator")->self.roles,
              ::testing::ElementsAre(pb::ROLE_OPERATOR, pb::ROLE_ADMIN));
  EXPECT_THAT(peers->Find("rewards")->self.roles, ::testing::ElementsAre(pb::ROLE_SERVICE));
  EXPECT_THAT(peers->Find("gateway")->self.roles, ::testing::ElementsAre(pb::ROLE_GATEWAY));
  EXPECT_EQ(peers->Find("shop")->self.program_id, "prg_1");
  EXPECT_EQ(peers->Find("nobody"), nullptr);
}

TEST(Peers, MalformedEntriesAreNamed) {
  for (const char* text : {"", "[]", "{\"a\": 1}", R"({"a": {}})", R"({"a": {"kind": "king"}})",
                           R"({"a": {"kind": "service", "role": []}})",
                           R"({"a": {"kind": "service", "roles": ["king"]}})",
                           R"({"a": {"kind": "service", "roles": "admin"}})",
                           R"({"a": {"kind": "service"}, "a": {"kind": "operator"}})"}) {
    EXPECT_EQ(status::ReasonOf(Peers::Parse(text).status()), "PEERS_INVALID") << text;
  }
  const auto two = Peers::Parse(R"({"a": {"kind": "king"}, "b": {"kind": "queen"}})");
  EXPECT_THAT(std::string(two.status().message()),
              ::testing::AllOf(::testing::HasSubstr("a: "), ::testing::HasSubstr("b: ")));
}

std::string ReasonOf(const std::vector<std::string>& names,
                     const std::vector<std::string>& entries) {
  return status::ReasonOf(Identify(*Peers::Parse(kPeers), names, entries).status());
}

TEST(Identify, PeersActAsThemselves) {
  const auto identity = Identify(*Peers::Parse(kPeers), {"rewards", "localhost"}, {});
  ASSERT_TRUE(identity.ok());
  EXPECT_EQ(identity->peer, "rewards");
  EXPECT_EQ(identity->caller.Principal(), "peer:rewards");
  EXPECT_EQ(ReasonOf({"stranger", "localhost"}, {}), "PEER_UNKNOWN");
  EXPECT_EQ(ReasonOf({}, {}), "PEER_UNKNOWN");
}

TEST(Identify, OnlyAGatewaySpeaksForOthers) {
  const std::string entry = Encode(Member());
  const auto identity = Identify(*Peers::Parse(kPeers), {"gateway"}, {entry});
  ASSERT_TRUE(identity.ok());
  EXPECT_EQ(identity->peer, "gateway");
  EXPECT_EQ(identity->caller.Principal(), "member:mem_1");
  EXPECT_EQ(ReasonOf({"rewards"}, {entry}), "CALLER_NOT_TRUSTED");
  EXPECT_EQ(ReasonOf({"operator"}, {entry}), "CALLER_NOT_TRUSTED");
}

TEST(Identify, AGatewayCannotPromoteItself) {
  Caller caller = Member();
  caller.roles = {pb::ROLE_OPERATOR};
  EXPECT_EQ(ReasonOf({"gateway"}, {Encode(caller)}), "CALLER_MALFORMED");
  caller.roles = {pb::ROLE_AGENT};
  caller.kind = pb::CALLER_KIND_PEER;
  EXPECT_EQ(ReasonOf({"gateway"}, {Encode(caller)}), "CALLER_MALFORMED");
  EXPECT_EQ(ReasonOf({"gateway"}, {Encode(Member()), Encode(Member())}), "CALLER_MALFORMED");
  EXPECT_EQ(ReasonOf({"gateway"}, {"rubbish"}), "CALLER_MALFORMED");
}

}  // namespace
}  // namespace laurel::auth
