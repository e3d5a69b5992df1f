// Whose an order is, and orders that are nobody's until somebody is found or named for them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/idempotency/once.h"
#include "tests/members-svc/ledger/unmatched_fixture.h"

namespace laurel::members {
namespace {

using status::ReasonOf;
using testing::kProgram;
using testing::UnmatchedWorld;

class UnmatchedTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { world_ = new UnmatchedWorld; }
  static void TearDownTestSuite() { delete world_; }

  // A name that no other test uses.
  static std::string New(const std::string& what) { return what + std::to_string(++names_); }
  static v1::RecordOrderRequest OfNobody() { return UnmatchedWorld::OrderOf(New("order")); }
  static v1::RecordOrderRequest OfCard(const std::string& card) {
    return UnmatchedWorld::OfCard(New("order"), card);
  }
  static v1::Order Kept(const v1::RecordOrderRequest& request) {
    const auto order = world_->Record(request);
    EXPECT_TRUE(order.ok()) << order.status();
    EXPECT_TRUE(order->unmatched());
    return *order;
  }

  static UnmatchedWorld* world_;
  static int names_;
};
UnmatchedWorld* UnmatchedTest::world_ = nullptr;
int UnmatchedTest::names_ = 0;

TEST_F(UnmatchedTest, ACustomerIsTheFirstOneWhoIsFound) {
  const std::string card = New("CARD");
  const std::string email = New("anna") + "@example.com";
  const std::string by_card = world_->Enrol(card);
  const std::string by_email = world_->Enrol(New("OTHER"), email);
  v1::RecordOrderRequest request = OfCard("  " + card.substr(0, 2) + "-" + card.substr(2) + " ");
  request.mutable_customer()->set_email(email);
  request.mutable_customer()->set_external_id("nobody");
  const auto order = world_->Record(request);
  ASSERT_TRUE(order.ok()) << order.status();
  EXPECT_FALSE(order->unmatched());
  EXPECT_EQ(order->member_id(), by_card);
  EXPECT_EQ(order->matched_by(), v1::MATCH_KIND_CARD);
  EXPECT_EQ(world_->Points(by_card), 19);
  EXPECT_EQ(world_->Points(by_email), 0);

  v1::RecordOrderRequest shouted = OfNobody();
  std::string upper = email;
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  shouted.mutable_customer()->set_email(upper);
  EXPECT_EQ(world_->Record(shouted)->member_id(), by_email);
}

TEST_F(UnmatchedTest, AMemberIdThatIsNobodysIsAMistakeAndAnExternalIdIsNot) {
  const std::string card = New("CARD");
  const std::string member = world_->Enrol(card);
  v1::RecordOrderRequest request = OfCard(card);
  request.mutable_customer()->set_member_id("mem_01jd0000000000000000000000");
  EXPECT_EQ(ReasonOf(world_->Record(request).status()), "MEMBER_NOT_FOUND");
  // A refused order leaves no trace: its request id may say something else.
  request.mutable_customer()->clear_member_id();
  request.mutable_customer()->set_external_id("unknown");
  EXPECT_EQ(world_->Record(request)->member_id(), member);
  // As before, where there is one way to name the member.
  v1::RecordOrderRequest plain = OfNobody();
  plain.set_member_external_id("unknown");
  EXPECT_EQ(ReasonOf(world_->Record(plain).status()), "MEMBER_NOT_FOUND");
}

TEST_F(UnmatchedTest, AnOrderOfNobodyIsKeptAndEarnsNothing) {
  const v1::Order order = Kept(OfCard(New("CARD")));
  EXPECT_TRUE(order.member_id().empty());
  EXPECT_EQ(order.points_earned_size(), 0);
  EXPECT_EQ(order.total().minor_units(), 1999);
  EXPECT_EQ(order.store(), "s1");
  EXPECT_EQ(world_->Get(order.order_id())->SerializeAsString(), order.SerializeAsString());

  server::Call as_member = world_->first().call;
  as_member.caller = {};
  as_member.caller.kind = laurel::api::v1::CALLER_KIND_MEMBER;
  as_member.caller.subject = world_->Enrol(New("CARD"));
  as_member.caller.roles = {laurel::api::v1::ROLE_MEMBER};
  EXPECT_EQ(ReasonOf(world_->Get(as_member, order.order_id()).status()), "ORDER_NOT_FOUND");
}

TEST_F(UnmatchedTest, AnAnonymousOrderSaysSo) {
  const v1::Order order = Kept(OfNobody());
  EXPECT_TRUE(order.unmatched());
  v1::RecordOrderRequest silent = OfNobody();
  silent.clear_member();
  EXPECT_EQ(ReasonOf(world_->Record(silent).status()), "INVALID_REQUEST");
}

TEST_F(UnmatchedTest, WhatNoMembersOrderMayBeIsNotKeptEither) {
  v1::RecordOrderRequest request = OfNobody();
  request.mutable_lines(0)->set_tax_minor_units(2000);
  const int64_t before = world_->Count("SELECT count(*) FROM members.unmatched_orders");
  EXPECT_EQ(ReasonOf(world_->Record(request).status()), "INVALID_REQUEST");
  EXPECT_EQ(world_->Count("SELECT count(*) FROM members.unmatched_orders"), before);
  request.set_tax_treatment(v1::TAX_TREATMENT_ON_TOP);
  Kept(request);
}

TEST_F(UnmatchedTest, SentAgainItIsTheSameOrderWhoeverHasEnrolledMeanwhile) {
  const std::string card = New("CARD");
  const v1::RecordOrderRequest request = OfCard(card);
  const v1::Order kept = Kept(request);
  const std::string member = world_->Enrol(card);
  EXPECT_EQ(Kept(request).SerializeAsString(), kept.SerializeAsString());
  EXPECT_EQ(world_->AttachRound(), 1);
  EXPECT_EQ(Kept(request).SerializeAsString(), kept.SerializeAsString());
  EXPECT_EQ(world_->Points(member), 19);

  v1::RecordOrderRequest changed = request;
  changed.mutable_lines(0)->set_amount_minor_units(2000);
  EXPECT_EQ(ReasonOf(world_->Record(changed).status()), "REQUEST_ID_REUSED");
}

TEST_F(UnmatchedTest, AMatchedOrderStaysItsMembersWhenABetterNameBecomesKnown) {
  for (const bool with_external_id : {false, true}) {
    const std::string email = New("bert") + "@example.com";
    const std::string card = New("CARD");
    const std::string member = world_->Enrol(New("CARD"), email);
    v1::RecordOrderRequest request = OfCard(card);
    request.mutable_customer()->set_email(email);
    if (with_external_id) request.set_external_id(New("receipt"));
    const auto order = world_->Record(request);
    ASSERT_TRUE(order.ok()) << order.status();
    EXPECT_EQ(order->matched_by(), v1::MATCH_KIND_EMAIL);
    const std::string other = world_->Enrol(card);
    const auto again = world_->Record(request);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(again->SerializeAsString(), order->SerializeAsString());
    EXPECT_EQ(world_->Points(other), 0);
    EXPECT_EQ(world_->Points(member), 19);
    request.set_store("s2");
    EXPECT_EQ(ReasonOf(world_->Record(request).status()), "REQUEST_ID_REUSED");
  }
}

TEST_F(UnmatchedTest, AnExternalIdIsOneOrdersWhoeverRecordsIt) {
  const std::string card = New("CARD");
  const std::string member = world_->Enrol(card);
  v1::RecordOrderRequest first = OfCard(New("CARD"));
  first.set_external_id(New("receipt"));
  Kept(first);
  v1::RecordOrderRequest second = OfCard(New("CARD"));
  second.set_external_id(first.external_id());
  EXPECT_EQ(ReasonOf(world_->Record(second).status()), "ORDER_EXISTS");
  second = OfCard(card);
  second.set_external_id(first.external_id());
  EXPECT_EQ(ReasonOf(world_->Record(second).status()), "ORDER_EXISTS");

  v1::RecordOrderRequest matched = OfCard(card);
  matched.set_external_id(New("receipt"));
  ASSERT_TRUE(world_->Record(matched).ok());
  v1::RecordOrderRequest unmatched = OfNobody();
  unmatched.set_external_id(matched.external_id());
  EXPECT_EQ(ReasonOf(world_->Record(unmatched).status()), "ORDER_EXISTS");
  EXPECT_EQ(world_->Points(member), 19);
}

TEST_F(UnmatchedTest, NobodyIsNamedInTheDatabase) {
  v1::RecordOrderRequest request = OfCard("SECRETCARD77");
  request.mutable_customer()->set_email("secret77@example.com");
  request.mutable_customer()->set_phone("+4915177777777");
  request.mutable_customer()->set_external_id("secret-77");
  const v1::Order kept = Kept(request);
  world_->Enrol("SECRETCARD77");
  EXPECT_EQ(world_->AttachRound(), 1);
  for (const std::string table : {"unmatched_orders", "orders", "entries", "outbox", "request_keys",
                                  "order_directory", "unmatched_identifiers"}) {
    for (const std::string& row : world_->world().database.Admin(
             "SELECT encode(convert_to(t::text, 'UTF8'), 'escape') FROM members." + table + " t")) {
      std::string bytes;
      for (const char* secret : {"SECRETCARD77", "secret77", "4915177777777", "secret-77"}) {
        EXPECT_EQ(row.find(secret), std::string::npos) << table;
        std::string hex;
        for (const char* c = secret; *c != '\0'; ++c) {
          constexpr char kDigits[] = "0123456789abcdef";
          hex += kDigits[static_cast<unsigned char>(*c) >> 4];
          hex += kDigits[static_cast<unsigned char>(*c) & 15];
        }
        EXPECT_EQ(row.find(hex), std::string::npos) << table;
      }
    }
  }
  // Nor can it be tried out: the hash of the content is no plain one.
  const std::string plain = idempotency::ContentHash(request).substr(0, kContentHashBytes);
  std::string hex;
  for (const char c : plain) {
    constexpr char kDigits[] = "0123456789abcdef";
    hex += kDigits[static_cast<unsigned char>(c) >> 4];
    hex += kDigits[static_cast<unsigned char>(c) & 15];
  }
  EXPECT_EQ(world_->Count("SELECT count(*) FROM members.unmatched_orders WHERE "
                          "encode(content_hash, 'hex') = '" +
                          hex + "'"),
            0);
}

TEST_F(UnmatchedTest, AttachedItEarnsAsOfItsOwnTimeUnderTheCampaignsOfNow) {
  const std::string member = world_->Enrol(New("CARD"));
  v1::Campaign ended;
  ended.mutable_fixed_points()->set_points(1000);
  ended.mutable_condition()->add_stores("attach");
  base::SetTimestamp(world_->world().clock.Now() + absl::Hours(1), ended.mutable_end_time());
  v1::Campaign later;
  later.mutable_fixed_points()->set_points(50000);
  later.mutable_condition()->add_stores("attach");
  base::SetTimestamp(world_->world().clock.Now() + absl::Hours(1), later.mutable_start_time());
  world_->Activate(later);
  v1::RecordOrderRequest request = OfNobody();
  request.set_external_id(New("receipt"));
  request.set_store("attach");
  const v1::Order kept = Kept(request);
  world_->world().clock.Advance(absl::Hours(26));
  world_->Activate(ended);  // active only now, and valid then

  const std::string id = New("attach");
  const auto order = world_->Attach(kept.order_id(), member, id);
  ASSERT_TRUE(order.ok()) << order.status();
  EXPECT_EQ(order->member_id(), member);
  EXPECT_FALSE(order->unmatched());
  EXPECT_EQ(order->unmatched_order_id(), kept.order_id());
  EXPECT_EQ(order->external_id(), request.external_id());
  EXPECT_EQ(base::FromTimestamp(order->occur_time()), base::FromTimestamp(kept.occur_time()));
  EXPECT_EQ(order->points_earned().at("points"), 1019);
  EXPECT_EQ(world_->Points(member), 1019);
  EXPECT_EQ(base::FromTimestamp(world_->world().Entries(member)[0].occur_time()),
            base::FromTimestamp(kept.occur_time()));

  // Both ids lead to it.
  EXPECT_EQ(world_->Get(order->order_id())->order_id(), order->order_id());
  EXPECT_EQ(world_->Get(kept.order_id())->SerializeAsString(),
            world_->Get(order->order_id())->SerializeAsString());
  // Once only; the same request has the same answer.
  EXPECT_EQ(world_->Attach(kept.order_id(), member, id)->SerializeAsString(),
            order->SerializeAsString());
  EXPECT_EQ(ReasonOf(world_->Attach(kept.order_id(), member, New("attach")).status()),
            "ORDER_ATTACHED");
  const std::string other = world_->Enrol(New("CARD"));
  EXPECT_EQ(ReasonOf(world_->Attach(kept.order_id(), other, id).status()), "ORDER_ATTACHED");
  EXPECT_EQ(ReasonOf(world_->Attach(order->order_id(), other, New("attach")).status()),
            "ORDER_ATTACHED");
  EXPECT_EQ(world_->Points(member), 1019);
  EXPECT_EQ(world_->Points(other), 0);
  // And it is listed as the member's, its external id still taken.
  v1::RecordOrderRequest again = OfNobody();
  again.set_external_id(request.external_id());
  EXPECT_EQ(ReasonOf(world_->Record(again).status()), "ORDER_EXISTS");
  EXPECT_EQ(world_->world().Verify().faults_size(), 0);
}

TEST_F(UnmatchedTest, ItIsAttachedWithinItsTimeOrNotAtAll) {
  const std::string member = world_->Enrol(New("CARD"));
  const std::string card = New("CARD");
  const v1::Order early = Kept(OfNobody());
  const v1::Order late = Kept(OfCard(card));
  world_->world().clock.Advance(absl::Hours(24 * 30) - absl::Seconds(1));
  EXPECT_TRUE(world_->Attach(early.order_id(), member, New("attach")).ok());
  world_->world().clock.Advance(absl::Seconds(2));
  EXPECT_EQ(ReasonOf(world_->Attach(late.order_id(), member, New("attach")).status()),
            "ATTACH_WINDOW_PASSED");
  world_->Enrol(card);
  EXPECT_EQ(world_->AttachRound(), 0);
  EXPECT_TRUE(world_->Get(late.order_id())->unmatched());
  // What it could be found by is forgotten.
  EXPECT_EQ(world_->Count("SELECT count(*) FROM members.unmatched_identifiers WHERE until_us < " +
                          std::to_string(absl::ToUnixMicros(world_->world().clock.Now()))),
            0);
}

TEST_F(UnmatchedTest, WhatCannotBeAttachedIsRefused) {
  const v1::Order kept = Kept(OfNobody());
  const std::string member = world_->Enrol(New("CARD"));
  EXPECT_EQ(ReasonOf(world_->Attach("ord_01jd0000000000000000000000", member, New("a")).status()),
            "ORDER_NOT_FOUND");
  EXPECT_EQ(
      ReasonOf(
          world_->Attach(kept.order_id(), "mem_01jd0000000000000000000000", New("a")).status()),
      "MEMBER_NOT_FOUND");
  EXPECT_EQ(ReasonOf(world_->Attach(kept.order_id(), "", New("a")).status()), "INVALID_REQUEST");
  EXPECT_TRUE(world_->Get(kept.order_id())->unmatched());
  v1::RecordOrderRequest foreign = OfNobody();
  foreign.set_currency_code("EUR");
  EXPECT_EQ(ReasonOf(world_->Record(foreign).status()), "CURRENCY_MISMATCH");
  v1::RecordOrderRequest old = OfNobody();
  base::SetTimestamp(world_->world().clock.Now() - absl::Hours(24 * 31), old.mutable_occur_time());
  EXPECT_EQ(ReasonOf(world_->Record(old).status()), "OCCUR_TIME_OUT_OF_RANGE");
  v1::RecordOrderRequest nowhere = OfNobody();
  nowhere.set_program_id("prg_01jd000000000000000000000z");
  EXPECT_EQ(ReasonOf(world_->Record(nowhere).status()), "PROGRAM_NOT_FOUND");
}

TEST_F(UnmatchedTest, WhoEnrolsGetsWhatWasBoughtBefore) {
  const std::string card = New("CARD");
  const std::string email = New("carl") + "@example.com";
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(Kept(OfCard(card)).order_id());
  v1::RecordOrderRequest both = OfCard(New("CARD"));
  both.mutable_customer()->set_email(email);
  ids.push_back(Kept(both).order_id());
  const v1::Order strange = Kept(OfCard(New("CARD")));
  EXPECT_EQ(world_->AttachRound(), 0);
  // Long after: nobody looks at them any more, until somebody enrols.
  world_->world().clock.Advance(absl::Hours(100));
  EXPECT_EQ(world_->AttachRound(), 0);
  EXPECT_EQ(
      world_->Count("SELECT count(*) FROM members.unmatched_identifiers WHERE looks > looked"), 0);
  const std::string member = world_->Enrol(card, email);
  EXPECT_EQ(world_->AttachRound(), 4);
  EXPECT_EQ(world_->AttachRound(), 0);
  EXPECT_EQ(world_->Points(member), 4 * 19);
  for (const std::string& id : ids) {
    const auto order = world_->Get(id);
    ASSERT_TRUE(order.ok()) << order.status();
    EXPECT_EQ(order->member_id(), member);
    EXPECT_EQ(order->matched_by(), id == ids.back() ? v1::MATCH_KIND_EMAIL : v1::MATCH_KIND_CARD);
  }
  EXPECT_TRUE(world_->Get(strange.order_id())->unmatched());
  EXPECT_EQ(world_->world().Verify().faults_size(), 0);
}

TEST_F(UnmatchedTest, StaffSeeThemByTime) {
  while (!world_->List(1000).orders().empty()) {
    const std::string member = world_->Enrol(New("CARD"));
    bool moved = false;
    const auto page = world_->List(1000);
    for (const v1::UnmatchedOrder& open : page.orders()) {
      moved |= world_->Attach(open.order().order_id(), member, New("attach")).ok();
    }
    if (!moved) break;
  }
  const int before = world_->List(1000).orders_size();
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    world_->world().clock.Advance(absl::Seconds(1));
    v1::RecordOrderRequest request = OfCard(New("CARD"));
    if (i == 4) request.mutable_customer()->set_phone("+4915112345678");
    ids.insert(ids.begin(), Kept(request).order_id());
  }
  std::vector<std::string> seen;
  std::string token;
  do {
    const auto page = world_->List(2, token);
    EXPECT_LE(page.orders_size(), 2);
    for (const auto& order : page.orders()) seen.push_back(order.order().order_id());
    token = page.next_page_token();
  } while (!token.empty());
  ASSERT_EQ(seen.size(), ids.size() + static_cast<size_t>(before));
  EXPECT_TRUE(std::equal(ids.begin(), ids.end(), seen.begin()));
  const v1::UnmatchedOrder newest = world_->List(1).orders(0);
  EXPECT_THAT(newest.given(), ::testing::ElementsAre(v1::MATCH_KIND_CARD, v1::MATCH_KIND_PHONE));
  EXPECT_EQ(base::FromTimestamp(newest.attach_until_time()),
            base::FromTimestamp(newest.order().occur_time()) + absl::Hours(24 * 30));
}

TEST_F(UnmatchedTest, ABatchMixesThem) {
  const std::string card = New("CARD");
  const std::string member = world_->Enrol(card);
  v1::BatchRecordOrdersRequest request;
  request.set_program_id(kProgram);
  *request.add_requests() = OfCard(card);
  *request.add_requests() = OfNobody();
  *request.add_requests() = request.requests(1);  // its twin
  *request.add_requests() = OfNobody();
  request.mutable_requests(3)->set_currency_code("EUR");
  auto* plain = request.add_requests();
  *plain = OfNobody();
  plain->set_member_id(member);
  for (auto& item : *request.mutable_requests()) item.clear_program_id();
  v1::BatchRecordOrdersResponse response;
  ASSERT_TRUE(world_->first().Call(handlers::BatchRecordOrders, request, &response).ok());
  EXPECT_EQ(response.results(0).order().member_id(), member);
  EXPECT_TRUE(response.results(1).order().unmatched());
  EXPECT_EQ(response.results(2).order().SerializeAsString(),
            response.results(1).order().SerializeAsString());
  EXPECT_TRUE(response.results(3).has_error());
  EXPECT_EQ(response.results(4).order().member_id(), member);
  EXPECT_EQ(world_->Points(member), 2 * 19);
}

}  // namespace
}  // namespace laurel::members
