// Whose an order is: the programme's order of identifiers, however they are written.
#include "members-svc/domain/order_matching.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <optional>

namespace laurel::members {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kProgram[] = "prg_01jd0000000000000000000009";
const base::Uuid kAnna{0x0190000000007000, 0x8000000000000001};
const base::Uuid kBert{0x0190000000007000, 0x8000000000000002};

const crypto::BlindIndex& Index() {
  static const auto& index =
      *new crypto::BlindIndex(*crypto::BlindIndex::Make(std::string(64, 'b')));
  return index;
}

using Owners = absl::flat_hash_map<std::string, base::Uuid>;
std::string HashOf(IdentifierKind kind, const std::string& value) {
  return IdentifierHash(Index(), kProgram, kind, value);
}

std::vector<v1::MatchKind> KindsOf(const std::vector<GivenIdentifier>& given) {
  std::vector<v1::MatchKind> kinds;
  for (const GivenIdentifier& one : given) kinds.push_back(one.kind);
  return kinds;
}

v1::CustomerReference Everything() {
  v1::CustomerReference customer;
  customer.set_member_id(base::EncodeId("mem", kAnna));
  customer.set_external_id("c-1");
  customer.set_card_number("AB-12");
  customer.set_email("anna@example.com");
  customer.set_phone("+4915112345678");
  return customer;
}

TEST(OrderMatching, UnlessToldOtherwiseTheMostExactComesFirst) {
  EXPECT_THAT(KindsOf(GivenBy(Index(), kProgram, {}, Everything())),
              ElementsAre(v1::MATCH_KIND_MEMBER_ID, v1::MATCH_KIND_EXTERNAL_ID, v1::MATCH_KIND_CARD,
                          v1::MATCH_KIND_EMAIL, v1::MATCH_KIND_PHONE));
}

TEST(OrderMatching, TheProgrammesOrderDecidesAndWhatItLeavesOutIsNotLookedAt) {
  v1::Program program;
  program.add_order_matching(v1::MATCH_KIND_PHONE);
  program.add_order_matching(v1::MATCH_KIND_CARD);
  const auto given = GivenBy(Index(), kProgram, OrderSettingsOf(program), Everything());
  EXPECT_THAT(KindsOf(given), ElementsAre(v1::MATCH_KIND_PHONE, v1::MATCH_KIND_CARD));
  const Owners owners = {{HashOf(IdentifierKind::kCard, "ab12"), kAnna},
                         {HashOf(IdentifierKind::kPhone, "+4915112345678"), kBert}};
  const auto match = FindMatch(given, owners);
  ASSERT_TRUE(match);
  EXPECT_EQ(match->kind, v1::MATCH_KIND_PHONE);
  EXPECT_EQ(match->member_id, kBert);
}

TEST(OrderMatching, WhatFindsNobodyLeavesItToTheNext) {
  v1::CustomerReference customer = Everything();
  customer.clear_member_id();
  const auto given = GivenBy(Index(), kProgram, {}, customer);
  EXPECT_FALSE(FindMatch(given, {}));
  const auto match =
      FindMatch(given, {{HashOf(IdentifierKind::kEmail, "ANNA@example.com"), kBert}});
  ASSERT_TRUE(match);
  EXPECT_EQ(match->kind, v1::MATCH_KIND_EMAIL);
}

TEST(OrderMatching, AMemberIdIsNotSkippedWhoeverTheRestNames) {
  const auto match = FindMatch(GivenBy(Index(), kProgram, {}, Everything()),
                               {{HashOf(IdentifierKind::kCard, "AB12"), kBert}});
  ASSERT_TRUE(match);
  EXPECT_EQ(match->kind, v1::MATCH_KIND_MEMBER_ID);
  EXPECT_EQ(match->member_id, kAnna);
}

TEST(OrderMatching, NobodyIsNamedByBlanksAndHyphens) {
  v1::CustomerReference customer;
  customer.set_card_number(" -- ");
  customer.set_email("  ");
  EXPECT_THAT(GivenBy(Index(), kProgram, {}, customer), IsEmpty());
  EXPECT_THAT(GivenBy(Index(), kProgram, {}, v1::CustomerReference()), IsEmpty());
}

TEST(OrderMatching, AnotherProgrammesMembersAreNotFound) {
  v1::CustomerReference customer;
  customer.set_email("anna@example.com");
  const auto here = GivenBy(Index(), kProgram, {}, customer);
  const auto there = GivenBy(Index(), "prg_01jd000000000000000000000a", {}, customer);
  EXPECT_NE(here[0].hash, there[0].hash);
}

TEST(OrderMatching, WhatWasGivenIsToldByItsKinds) {
  v1::CustomerReference customer = Everything();
  const int bits = BitsOf(GivenBy(Index(), kProgram, {}, customer));
  EXPECT_THAT(KindsOfBits(bits), ElementsAre(v1::MATCH_KIND_EXTERNAL_ID, v1::MATCH_KIND_CARD,
                                             v1::MATCH_KIND_EMAIL, v1::MATCH_KIND_PHONE));
  EXPECT_THAT(KindsOfBits(0), IsEmpty());
}

TEST(OrderMatching, AKindThatIsUnknownOrStandsTwiceIsRefused) {
  v1::Program program;
  program.add_order_matching(v1::MATCH_KIND_CARD);
  program.add_order_matching(v1::MATCH_KIND_UNSPECIFIED);
  program.add_order_matching(v1::MATCH_KIND_CARD);
  program.add_order_matching(static_cast<v1::MatchKind>(77));
  std::vector<status::Violation> violations;
  CheckOrderMatching(program, &violations);
  ASSERT_EQ(violations.size(), 3u);
  EXPECT_EQ(violations[0].field, "program.orderMatching[1]");
  EXPECT_EQ(violations[1].field, "program.orderMatching[2]");
  EXPECT_EQ(violations[2].field, "program.orderMatching[3]");
}

TEST(OrderMatching, WhatAProgrammeDoesNotSayIsWrittenOut) {
  const OrderSettings settings = OrderSettingsOf({});
  EXPECT_EQ(settings.matching, DefaultOrderMatching());
  EXPECT_EQ(settings.attach_window_days, 30);
  EXPECT_EQ(settings.visit_window_minutes, 240);
}

// The same value as a till, a shop or a person may write it.
rc::Gen<std::string> Written(IdentifierKind kind, std::string value) {
  return rc::gen::map(
      rc::gen::container<std::vector<int>>(value.size() + 2, rc::gen::inRange(0, 4)),
      [kind, value](const std::vector<int>& dice) {
        std::string out;
        if (dice[0] == 1 && kind != IdentifierKind::kExternalId) out += ' ';
        for (size_t i = 0; i < value.size(); ++i) {
          const auto c = static_cast<unsigned char>(value[i]);
          const bool folds = kind == IdentifierKind::kEmail || kind == IdentifierKind::kCard;
          out += static_cast<char>(folds && dice[i + 1] == 1   ? std::toupper(c)
                                   : folds && dice[i + 1] == 2 ? std::tolower(c)
                                                               : c);
          if (kind == IdentifierKind::kCard && dice[i + 1] == 3) out += '-';
        }
        if (dice.back() == 1 && kind != IdentifierKind::kExternalId) out += "\t ";
        return out;
      });
}

RC_GTEST_PROP(OrderMatchingProperty, TheFirstKindOfTheProgrammesOrderThatFindsSomebodyWins, ()) {
  const std::vector<std::pair<v1::MatchKind, std::string>> values = {
      {v1::MATCH_KIND_EXTERNAL_ID, "c-1"},
      {v1::MATCH_KIND_CARD, "ab12cd"},
      {v1::MATCH_KIND_EMAIL, "anna@example.com"},
      {v1::MATCH_KIND_PHONE, "+4915112345678"}};
  v1::CustomerReference customer;
  Owners owners;
  absl::flat_hash_map<int, base::Uuid> finds;  // by kind, of those that are given
  uint64_t next = 1;
  for (const auto& [kind, value] : values) {
    const IdentifierKind in_directory = DirectoryKindOf(kind);
    const bool given = *rc::gen::arbitrary<bool>();
    const bool known = *rc::gen::arbitrary<bool>();
    const base::Uuid owner{7, next++};
    if (known) owners[HashOf(in_directory, value)] = owner;
    if (!given) continue;
    const std::string written = *Written(in_directory, value);
    if (kind == v1::MATCH_KIND_EXTERNAL_ID) customer.set_external_id(written);
    if (kind == v1::MATCH_KIND_CARD) customer.set_card_number(written);
    if (kind == v1::MATCH_KIND_EMAIL) customer.set_email(written);
    if (kind == v1::MATCH_KIND_PHONE) customer.set_phone(written);
    if (known) finds[kind] = owner;
  }
  OrderSettings settings;
  settings.matching = *rc::gen::exec([] {
    std::vector<v1::MatchKind> kinds = DefaultOrderMatching();
    for (size_t i = kinds.size() - 1; i > 0; --i) {
      std::swap(kinds[i], kinds[*rc::gen::inRange<size_t>(0, i + 1)]);
    }
    kinds.resize(*rc::gen::inRange<size_t>(1, kinds.size() + 1));
    return kinds;
  });
  std::optional<base::Uuid> expected;
  for (const v1::MatchKind kind : settings.matching) {
    const auto found = finds.find(kind);
    if (found == finds.end()) continue;
    expected = found->second;
    break;
  }
  const auto match = FindMatch(GivenBy(Index(), kProgram, settings, customer), owners);
  RC_ASSERT(match.has_value() == expected.has_value());
  if (match) {
    RC_ASSERT(match->member_id == *expected);
  }
}

}  // namespace
}  // namespace laurel::members
