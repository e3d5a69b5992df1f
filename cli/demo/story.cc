#include "cli/demo/story.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "lib/status/error.h"

namespace laurel::demo {
namespace {

namespace json = boost::json;

constexpr char kAda[] = "demo-ada";
constexpr char kBen[] = "demo-ben";
constexpr char kAsAda[] = "member demo-ada";
constexpr char kAsBen[] = "member demo-ben";

void Say(const std::string& text) {
  std::printf("%s\n", text.c_str());
  std::fflush(stdout);
}

std::string Money(int64_t minor_units) {
  return absl::StrFormat("%d.%02d", minor_units / 100, minor_units % 100);
}

// The first of `list` whose `field` is `value`; null: there is none.
json::value FirstWith(const json::array& list, std::string_view field, const std::string& value) {
  for (const json::value& one : list) {
    if (Text(one, field) == value) return one;
  }
  return nullptr;
}

}  // namespace

absl::Status Story::Play() {
  Say("Staff has set the rules: 3 campaigns, a challenge, a referral programme, 3 rewards.");
  LAUREL_RETURN_IF_ERROR(Shopping());
  LAUREL_RETURN_IF_ERROR(Challenge());
  LAUREL_RETURN_IF_ERROR(Referral());
  LAUREL_RETURN_IF_ERROR(Rewards());
  LAUREL_RETURN_IF_ERROR(Refusals());
  return Books();
}

absl::StatusOr<std::string> Story::Member(const std::string& external_id, const std::string& name) {
  const json::object wanted{{"externalId", external_id}};
  auto found = api_.Post(kStaff, "/v1/members:find", wanted);
  if (found.status().code() == absl::StatusCode::kNotFound) {
    found = api_.Post(
        kStaff, "/v1/members",
        json::object{{"externalId", external_id},
                     {"profile", {{"givenName", name}, {"email", external_id + "@example.com"}}}},
        "demo-1-member-" + external_id);
  }
  LAUREL_RETURN_IF_ERROR(found.status());
  // Read back as the member, by the member's own token.
  LAUREL_ASSIGN_OR_RETURN(const json::value me,
                          api_.Get("member " + external_id, "/v1/members/me"));
  LAUREL_RETURN_IF_ERROR(
      Expect("the id of " + external_id, Text(me, "memberId"), Text(*found, "memberId")));
  LAUREL_RETURN_IF_ERROR(Expect("the name of " + external_id, Text(me, "profile.givenName"), name));
  return Text(me, "memberId");
}

absl::Status Story::CheckOrder(const json::value& shown, const Order& order) const {
  int64_t total = 0;
  for (const Line& line : order.lines) total += line.amount_minor_units;
  LAUREL_RETURN_IF_ERROR(
      Expect("the total of " + order.external_id, Number(shown, "total.minorUnits"), total));
  int64_t explained = 0;
  for (const json::value& rule : List(shown, "ruleResults")) explained += Number(rule, "points");
  LAUREL_RETURN_IF_ERROR(
      Expect("the explanation of " + order.external_id, explained, order.points));
  return Expect("the points of " + order.external_id, Number(shown, "pointsEarned.points"),
                order.points);
}

std::string Story::Explain(const json::value& order) const {
  std::string out;
  for (const json::value& rule : List(order, "ruleResults")) {
    const auto name = rules_.campaigns.find(Text(rule, "campaignId"));
    absl::StrAppend(&out, out.empty() ? "" : " + ", Number(rule, "points"), " (",
                    name == rules_.campaigns.end() ? "another campaign" : name->second, ")");
  }
  return out;
}

absl::StatusOr<json::value> Story::Buy(const std::string& member_external_id,
                                       const std::string& member_id, const Order& order) {
  LAUREL_ASSIGN_OR_RETURN(const json::array before,
                          api_.ListAll(kStaff, "/v1/members/" + member_id + "/orders", "orders"));
  std::string id = Text(FirstWith(before, "externalId", order.external_id), "orderId");
  if (id.empty()) {
    json::array lines;
    for (const Line& line : order.lines) {
      json::object one{{"sku", line.sku},
                       {"category", line.category},
                       {"quantityThousandths", std::to_string(line.quantity * 1000)},
                       {"amountMinorUnits", std::to_string(line.amount_minor_units)}};
      if (line.organic) one["labels"] = json::object{{"organic", "yes"}};
      lines.push_back(std::move(one));
    }
    LAUREL_ASSIGN_OR_RETURN(const json::value made,
                            api_.Post(kStaff, "/v1/orders",
                                      json::object{{"memberExternalId", member_external_id},
                                                   {"externalId", order.external_id},
                                                   {"store", "corner-shop"},
                                                   {"channel", "store"},
                                                   {"currencyCode", "EUR"},
                                                   {"lines", std::move(lines)}},
                                      "demo-1-" + order.external_id));
    id = Text(made, "orderId");
  }
  LAUREL_ASSIGN_OR_RETURN(json::value shown,
                          api_.Get("member " + member_external_id, "/v1/orders/" + id));
  LAUREL_RETURN_IF_ERROR(CheckOrder(shown, order));
  Say(absl::StrFormat("  %6s  %-28s %3d points = %s", Money(Number(shown, "total.minorUnits")),
                      order.what, Number(shown, "pointsEarned.points"), Explain(shown)));
  return shown;
}

absl::Status Story::Shopping() {
  LAUREL_ASSIGN_OR_RETURN(ada_, Member(kAda, "Ada"));
  Say("Ada joins and buys:");
  const Order bread{.external_id = "demo-order-1",
                    .what = "bread and cheese",
                    .lines = {{.sku = "bread", .category = "bakery", .amount_minor_units = 499},
                              {.sku = "cheese", .category = "dairy", .amount_minor_units = 1500}},
                    .points = 19};
  const Order coffee{.external_id = "demo-order-2",
                     .what = "2 bags of organic coffee",
                     .lines = {{.sku = "coffee-1kg",
                                .category = "coffee",
                                .organic = true,
                                .quantity = 2,
                                .amount_minor_units = 2500}},
                     .points = 25 + 2 * 5};
  const Order tea{.external_id = "demo-order-3",
                  .what = "tea and biscuits",
                  .lines = {{.sku = "tea", .category = "tea", .amount_minor_units = 1040},
                            {.sku = "biscuits", .category = "bakery", .amount_minor_units = 320}},
                  .points = 13 + 10};
  for (const Order& order : {bread, coffee, tea}) {
    LAUREL_RETURN_IF_ERROR(Buy(kAda, ada_, order).status());
  }
  return absl::OkStatus();
}

absl::Status Story::Challenge() {
  json::value badge;
  LAUREL_RETURN_IF_ERROR(api_.Eventually([&]() -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(const json::array badges,
                            api_.ListAll(kAsAda, "/v1/members/me/badges", "badges"));
    badge = FirstWith(badges, "code", "regular");
    LAUREL_RETURN_IF_ERROR(
        Expect("Ada's badge, its challenge", Text(badge, "challengeId"), rules_.challenge_id));
    LAUREL_ASSIGN_OR_RETURN(
        const json::array all,
        api_.ListAll(kAsAda, "/v1/members/me/challengeProgress", "challengeProgress"));
    const json::value progress = FirstWith(all, "challenge.challengeId", rules_.challenge_id);
    LAUREL_RETURN_IF_ERROR(Expect("Ada's progress", Number(progress, "value"), 3));
    const auto* paid = progress.is_object() ? progress.as_object().if_contains("paid") : nullptr;
    return Expect("the challenge's points are paid",
                  paid != nullptr && paid->is_bool() && paid->as_bool() ? "yes" : "no", "yes");
  }));
  Say("Three orders in 30 days: she gets the badge '" + Text(badge, "code") + "' and 25 points.");
  return absl::OkStatus();
}

absl::Status Story::Referral() {
  LAUREL_ASSIGN_OR_RETURN(
      const json::value code,
      api_.Post(kAsAda, "/v1/members/me/referralCodes",
                json::object{{"referralProgramId", rules_.referral_program_id}}, "demo-1-code"));
  LAUREL_RETURN_IF_ERROR(Expect("whose code it is", Text(code, "memberId"), ada_));
  LAUREL_ASSIGN_OR_RETURN(ben_, Member(kBen, "Ben"));
  LAUREL_ASSIGN_OR_RETURN(json::array referrals,
                          api_.ListAll(kAsAda, "/v1/members/me/referrals", "referrals"));
  if (FirstWith(referrals, "refereeMemberId", ben_).is_null()) {
    LAUREL_RETURN_IF_ERROR(api_.Post(kAsBen, "/v1/members/me/referrals",
                                     json::object{{"code", Text(code, "code")}}, "demo-1-referral")
                               .status());
  }
  Say("Ada's code " + Text(code, "code") + " brings Ben, who buys:");
  const Order first{.external_id = "demo-order-4",
                    .what = "wine",
                    .lines = {{.sku = "wine", .category = "wine", .amount_minor_units = 1550}},
                    .points = 15};
  LAUREL_ASSIGN_OR_RETURN(const json::value order, Buy(kBen, ben_, first));
  LAUREL_RETURN_IF_ERROR(api_.Eventually([&]() -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(referrals,
                            api_.ListAll(kAsAda, "/v1/members/me/referrals", "referrals"));
    const json::value referral = FirstWith(referrals, "refereeMemberId", ben_);
    LAUREL_RETURN_IF_ERROR(Expect("the order that qualified the referral",
                                  Text(referral, "orderId"), Text(order, "orderId")));
    return Expect("the referral", Text(referral, "state"), "REFERRAL_STATE_PAID");
  }));
  Say("His first order pays both: Ada 40 points, Ben 20.");
  return absl::OkStatus();
}

absl::StatusOr<json::value> Story::Redeem(const std::string& reward_id, const std::string& slug) {
  LAUREL_ASSIGN_OR_RETURN(const json::array all,
                          api_.ListAll(kAsAda, "/v1/members/me/redemptions", "redemptions"));
  json::value oldest;
  for (const json::value& one : all) {  // newest first
    if (Text(one, "rewardId") == reward_id && Text(one, "state") != "REDEMPTION_STATE_REFUSED") {
      oldest = one;
    }
  }
  if (!oldest.is_null()) return oldest;
  LAUREL_ASSIGN_OR_RETURN(const int64_t before, Stock(reward_id));
  LAUREL_ASSIGN_OR_RETURN(json::value made,
                          api_.Post(kAsAda, "/v1/rewards/" + reward_id + ":redeem",
                                    json::object{{"memberId", "me"}}, "demo-1-redeem-" + slug));
  LAUREL_RETURN_IF_ERROR(
      Expect("the redemption of " + slug, Text(made, "state"), "REDEMPTION_STATE_ISSUED"));
  LAUREL_ASSIGN_OR_RETURN(const int64_t after, Stock(reward_id));
  LAUREL_RETURN_IF_ERROR(Expect("the stock of " + slug, after, before - 1));
  return made;
}

absl::StatusOr<int64_t> Story::Stock(const std::string& reward_id) {
  LAUREL_ASSIGN_OR_RETURN(const json::value reward, api_.Get(kAsAda, "/v1/rewards/" + reward_id));
  return Number(reward, "stock");
}

absl::StatusOr<json::value> Story::PointsOf(const std::string& who) {
  LAUREL_ASSIGN_OR_RETURN(const json::value shown, api_.Get(who, "/v1/members/me/balances"));
  return FirstWith(List(shown, "balances"), "walletType", "points");
}

absl::Status Story::Rewards() {
  LAUREL_ASSIGN_OR_RETURN(const json::value coffee, Redeem(rules_.coffee_id, "coffee"));
  LAUREL_RETURN_IF_ERROR(Expect("the price of the coffee", Number(coffee, "points"), 30));
  const std::string coupon = Text(coffee, "couponCode");
  if (coupon.size() < 17) return Expect("the length of the coupon code", coupon, "at least 17");
  LAUREL_ASSIGN_OR_RETURN(const int64_t left, Stock(rules_.coffee_id));
  Say(absl::StrCat("Ada redeems 'Coffee for two' for 30 points: coupon ", coupon, "; ", left,
                   " left."));

  LAUREL_ASSIGN_OR_RETURN(json::value mug, Redeem(rules_.mug_id, "mug"));
  const std::string path = "/v1/redemptions/" + Text(mug, "redemptionId");
  if (Text(mug, "state") != "REDEMPTION_STATE_CANCELLED") {
    LAUREL_ASSIGN_OR_RETURN(const int64_t before, Stock(rules_.mug_id));
    LAUREL_RETURN_IF_ERROR(api_.Post(kStaff, path + ":cancel",
                                     json::object{{"reason", "changed her mind"}},
                                     "demo-1-cancel-mug")
                               .status());
    LAUREL_ASSIGN_OR_RETURN(const int64_t after, Stock(rules_.mug_id));
    LAUREL_RETURN_IF_ERROR(Expect("the stock of mugs after the cancellation", after, before + 1));
  }
  LAUREL_ASSIGN_OR_RETURN(mug, api_.Get(kAsAda, path));
  LAUREL_RETURN_IF_ERROR(
      Expect("the mug's redemption", Text(mug, "state"), "REDEMPTION_STATE_CANCELLED"));
  LAUREL_ASSIGN_OR_RETURN(const int64_t mugs, Stock(rules_.mug_id));
  Say(absl::StrCat("She redeems a 'Travel mug' for ", Number(mug, "points"),
                   " and cancels: points and stock are back, ", mugs, " left."));
  return absl::OkStatus();
}

absl::Status Story::Refusals() {
  Say("Refused, as it has to be:");
  LAUREL_ASSIGN_OR_RETURN(const json::array all,
                          api_.ListAll(kAsAda, "/v1/members/me/redemptions", "redemptions"));
  const json::value refused = FirstWith(all, "rewardId", rules_.journey_id);
  std::string journey = "409 " + Text(refused, "reason");
  if (refused.is_null()) {
    LAUREL_ASSIGN_OR_RETURN(journey,
                            api_.Refused(kAsAda,
                                         {.method = "POST",
                                          .path = "/v1/rewards/" + rules_.journey_id + ":redeem",
                                          .body = json::object{{"memberId", "me"}},
                                          .idempotency_key = "demo-1-redeem-journey"},
                                         409, "INSUFFICIENT_POINTS"));
    journey = "409 INSUFFICIENT_POINTS";
  }
  LAUREL_RETURN_IF_ERROR(Expect("the journey", journey, "409 INSUFFICIENT_POINTS"));
  Say("  Ada, a weekend for 100000 points:    " + journey);
  LAUREL_ASSIGN_OR_RETURN(
      const std::string negative,
      api_.Refused(kStaff,
                   {.method = "POST",
                    .path = "/v1/orders",
                    .body = json::object{{"memberExternalId", kAda},
                                         {"currencyCode", "EUR"},
                                         {"lines", json::array{{{"sku", "bread"},
                                                                {"amountMinorUnits", "-100"}}}}},
                    .idempotency_key = "demo-1-negative"},
                   400, "INVALID_REQUEST"));
  Say("  an order with an amount of -1.00:    " + negative);
  LAUREL_ASSIGN_OR_RETURN(
      const std::string foreign,
      api_.Refused(kAsBen, {.path = "/v1/members/" + ada_ + "/balances"}, 404, "MEMBER_NOT_FOUND"));
  Say("  Ben, asking for Ada's balance:       " + foreign);
  return absl::OkStatus();
}

absl::StatusOr<int64_t> Story::CheckBooks(const std::string& who, std::vector<int64_t> movements) {
  LAUREL_ASSIGN_OR_RETURN(json::array entries,
                          api_.ListAll(who, "/v1/members/me/entries", "entries"));
  std::reverse(entries.begin(), entries.end());  // oldest first
  LAUREL_ASSIGN_OR_RETURN(const json::value balance, PointsOf(who));
  if (first_time_) {
    LAUREL_RETURN_IF_ERROR(Expect("the number of entries (" + who + ")",
                                  static_cast<int64_t>(entries.size()),
                                  static_cast<int64_t>(movements.size())));
  }
  int64_t sum = 0;
  for (const json::value& entry : entries) {
    const int64_t delta = Number(entry, "activeDelta");
    sum += delta;
    LAUREL_RETURN_IF_ERROR(
        Expect(absl::StrCat("the balance after entry ", Number(entry, "seq"), " (", who, ")"),
               Number(entry, "activeAfter"), sum));
    const auto expected = std::find(movements.begin(), movements.end(), delta);
    if (expected != movements.end()) movements.erase(expected);
  }
  if (!movements.empty()) {
    return Expect(absl::StrCat("an entry over ", movements.front(), " (", who, ")"), "none", "one");
  }
  LAUREL_RETURN_IF_ERROR(Expect("the balance (" + who + ")", Number(balance, "active"), sum));
  return Number(balance, "active");
}

absl::StatusOr<json::value> Story::CheckStanding(const std::string& who,
                                                 const std::string& member_id) {
  json::value standing;
  LAUREL_RETURN_IF_ERROR(api_.Eventually([&]() -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(const json::value balance, PointsOf(who));
    LAUREL_ASSIGN_OR_RETURN(standing, api_.Get(who, "/v1/leaderboards/points/members/me"));
    LAUREL_RETURN_IF_ERROR(Expect("the score (" + who + ")", Number(standing, "score"),
                                  Number(balance, "lifetimeEarned")));
    LAUREL_ASSIGN_OR_RETURN(const json::array all,
                            api_.ListAll(kStaff, "/v1/leaderboards/points", "standings"));
    int64_t better = 0;
    for (const json::value& one : all) {
      if (Number(one, "score") > Number(standing, "score")) ++better;
    }
    const json::value listed = FirstWith(all, "memberId", member_id);
    LAUREL_RETURN_IF_ERROR(
        Expect("the rank in the list (" + who + ")", Number(listed, "rank"), better + 1));
    return Expect("the rank (" + who + ")", Number(standing, "rank"), better + 1);
  }));
  return standing;
}

absl::Status Story::Books() {
  LAUREL_ASSIGN_OR_RETURN(const int64_t ada,
                          CheckBooks(kAsAda, {19, 35, 23, 25, 40, -30, -50, 50}));
  LAUREL_ASSIGN_OR_RETURN(const int64_t ben, CheckBooks(kAsBen, {15, 20}));
  LAUREL_ASSIGN_OR_RETURN(const json::value first, CheckStanding(kAsAda, ada_));
  LAUREL_ASSIGN_OR_RETURN(const json::value second, CheckStanding(kAsBen, ben_));
  Say(absl::StrCat("In the books: Ada ", ada, " points, Ben ", ben,
                   "; every entry adds up to its balance."));
  Say(absl::StrCat("Leaderboard: Ada is number ", Number(first, "rank"), " with ",
                   Number(first, "score"), " points earned, Ben number ", Number(second, "rank"),
                   " with ", Number(second, "score"), "."));
  LAUREL_ASSIGN_OR_RETURN(const json::value ledger,
                          api_.Post("staff admin", "/v1/ledger:verify", json::object{}));
  const auto* valid = ledger.is_object() ? ledger.as_object().if_contains("valid") : nullptr;
  LAUREL_RETURN_IF_ERROR(Expect(
      "the ledger",
      valid != nullptr && valid->is_bool() && valid->as_bool() ? "valid" : "not valid", "valid"));
  Say(absl::StrCat("The whole ledger verifies: ", Number(ledger, "walletCount"), " wallets, ",
                   Number(ledger, "entryCount"), " entries."));
  return absl::OkStatus();
}

}  // namespace laurel::demo
