// What a kind of activity may be, what it lets in, and what the QR codes of places say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "google/rpc/error_details.pb.h"
#include "lib/status/error.h"
#include "members-svc/domain/activity.h"

namespace laurel::members {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;
using Attribute = v1::ActivityAttribute;

// The paths of what is wrong; the reason first.
std::vector<std::string> WrongWith(const absl::Status& status) {
  if (status.ok()) return {};
  std::vector<std::string> out = {status::ReasonOf(status)};
  google::rpc::BadRequest bad;
  const auto payload = status.GetPayload("type.googleapis.com/google.rpc.BadRequest");
  if (!payload || !bad.ParseFromString(std::string(*payload))) return out;
  for (const auto& violation : bad.field_violations()) out.push_back(violation.field());
  return out;
}

Attribute& Add(v1::ActivityType& type, const std::string& name, Attribute::Type of,
               bool required = false) {
  Attribute& attribute = *type.add_attributes();
  attribute.set_name(name);
  attribute.set_type(of);
  attribute.set_required(required);
  return attribute;
}

// A survey: its score from 0 to 10 is required; a comment, whether to call back, a channel.
v1::ActivityType Survey() {
  v1::ActivityType type;
  type.set_code("survey");
  type.set_display_name("Survey answered");
  Attribute& score = Add(type, "score", Attribute::TYPE_INTEGER, true);
  score.set_least(0);
  score.set_most(10);
  Add(type, "comment", Attribute::TYPE_TEXT);
  Add(type, "call_back", Attribute::TYPE_BOOLEAN);
  Attribute& channel = Add(type, "channel", Attribute::TYPE_ENUM);
  channel.add_values("app");
  channel.add_values("web");
  return type;
}

absl::StatusOr<ActivityAttributes> Answer(const std::map<std::string, std::string>& given) {
  return CheckAttributes(
      Survey(), google::protobuf::Map<std::string, std::string>(given.begin(), given.end()));
}

TEST(ActivityType, ASchemaOfAllTypesIsAccepted) {
  EXPECT_THAT(WrongWith(ValidateActivityType(Survey(), nullptr)), IsEmpty());
}

TEST(ActivityType, EverythingThatIsWrongIsNamedByItsPath) {
  v1::ActivityType type = Survey();
  type.clear_code();
  type.mutable_attributes(1)->set_name("score");
  type.mutable_attributes(1)->set_least(3);
  type.mutable_attributes(2)->add_values("yes");
  type.mutable_attributes(3)->add_values("app");
  type.mutable_attributes(3)->add_values("");
  Add(type, "mood", Attribute::TYPE_ENUM);
  Attribute& age = Add(type, "age", Attribute::TYPE_INTEGER);
  age.set_least(10);
  age.set_most(9);
  Add(type, "other", static_cast<Attribute::Type>(17));
  type.mutable_member_limit()->set_max_activities(1);
  type.mutable_member_limit()->set_period(static_cast<v1::EarningLimit::Period>(9));
  EXPECT_THAT(
      WrongWith(ValidateActivityType(type, nullptr)),
      ElementsAre("ACTIVITY_TYPE_INVALID", "activityType.code", "activityType.attributes[1].name",
                  "activityType.attributes[1]", "activityType.attributes[2].values",
                  "activityType.attributes[3].values[2]", "activityType.attributes[3].values[3]",
                  "activityType.attributes[4].values", "activityType.attributes[5].most",
                  "activityType.attributes[6].type", "activityType.memberLimit.period"));
}

TEST(ActivityType, WhatIsSensitiveStaysSo) {
  const v1::ActivityType before = Survey();
  v1::ActivityType after = Survey();
  after.set_sensitive(true);
  EXPECT_THAT(WrongWith(ValidateActivityType(after, &before)),
              ElementsAre("ACTIVITY_TYPE_INVALID", "activityType.sensitive"));
}

TEST(Activity, EveryValueHasOneSpelling) {
  const auto kept = Answer({{"score", "+007"}, {"call_back", "true"}, {"channel", "web"}});
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_THAT(*kept, UnorderedElementsAre(Pair("score", "7"), Pair("call_back", "true"),
                                          Pair("channel", "web")));
}

TEST(Activity, WhatIsMissingWrongOrUnknownIsNamedByItsPath) {
  EXPECT_THAT(WrongWith(Answer({}).status()), ElementsAre("ACTIVITY_INVALID", "attributes.score"));
  EXPECT_THAT(WrongWith(Answer({{"score", "many"},
                                {"comment", std::string(513, 'x')},
                                {"call_back", "yes"},
                                {"channel", "fax"},
                                {"shoe_size", "44"},
                                {"age", "9"}})
                            .status()),
              ElementsAre("ACTIVITY_INVALID", "attributes.score", "attributes.comment",
                          "attributes.call_back", "attributes.channel", "attributes.age",
                          "attributes.shoe_size"));
}

TEST(Activity, NumbersStayWithinTheirBounds) {
  EXPECT_TRUE(Answer({{"score", "0"}}).ok());
  EXPECT_TRUE(Answer({{"score", "10"}}).ok());
  for (const char* wrong : {"-1", "11", "", "7.5", "9223372036854775808", "1e1"}) {
    EXPECT_THAT(WrongWith(Answer({{"score", wrong}}).status()),
                ElementsAre("ACTIVITY_INVALID", "attributes.score"))
        << wrong;
  }
}

class QrCode : public ::testing::Test {
 protected:
  v1::Place Place(const std::string& code, int version = 1) {
    v1::Place place;
    place.set_code(code);
    place.set_qr_version(version);
    return place;
  }
  const crypto::BlindIndex index_ = *crypto::BlindIndex::Make(std::string(64, 'b'));
  const std::string program_ = "prg_01jd0000000000000000000009";
};

TEST_F(QrCode, LeadsToItsPlaceAndToNoOther) {
  const std::string code = QrCodeOf(index_, program_, Place("cafe-north"));
  EXPECT_EQ(PlaceOfQrCode(code), "cafe-north");
  EXPECT_TRUE(IsQrCodeOf(index_, program_, Place("cafe-north"), code));
  EXPECT_FALSE(IsQrCodeOf(index_, program_, Place("cafe-south"), code));
  EXPECT_FALSE(IsQrCodeOf(index_, "prg_01jd0000000000000000000008", Place("cafe-north"), code));
  EXPECT_FALSE(IsQrCodeOf(*crypto::BlindIndex::Make(std::string(64, 'c')), program_,
                          Place("cafe-north"), code));
}

TEST_F(QrCode, IsVoidWhenThereIsANewOne) {
  const std::string code = QrCodeOf(index_, program_, Place("cafe-north"));
  EXPECT_FALSE(IsQrCodeOf(index_, program_, Place("cafe-north", 2), code));
}

TEST_F(QrCode, OfSomebodyElseIsNone) {
  for (const char* other : {"", "https://example.com/", "laurel1", "laurel1..1.00", "a.b.c.d"}) {
    EXPECT_EQ(PlaceOfQrCode(other), std::nullopt) << other;
  }
}

}  // namespace
}  // namespace laurel::members
