#include <gmock/gmock.h>
#include <google/protobuf/any.pb.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>

#include <random>

#include "gateway/json/decode.h"
#include "gateway/json/encode.h"
#include "gateway/json/parse.h"
#include "google/rpc/error_details.pb.h"
#include "laurel/members/v1/campaign.pb.h"
#include "laurel/members/v1/order.pb.h"
#include "laurel/members/v1/wallet.pb.h"
#include "lib/status/error.h"

namespace laurel::gateway {
namespace {

namespace pb = laurel::members::v1;
namespace proto = google::protobuf;

std::string Reason(const std::string& text) { return status::ReasonOf(ParseJson(text).status()); }

// "path: what" of every violation, one per line.
template <typename T>
std::string Decode(const std::string& text, T* message) {
  const auto value = ParseJson(text);
  if (!value.ok()) return std::string(value.status().ToString());
  std::vector<status::Violation> wrong;
  DecodeMessage(*value, "", message, &wrong);
  std::string out;
  for (const auto& violation : wrong) out += violation.field + ": " + violation.description + "\n";
  return out;
}

template <typename T>
std::string Refusal(const std::string& text) {
  T message;
  return Decode(text, &message);
}

TEST(StrictJsonTest, RefusesWhatIsNotJson) {
  for (const char* text : {"",
                           " ",
                           "{",
                           "}",
                           "{\"a\":1,}",
                           "[1,]",
                           "{'a':1}",
                           "{a:1}",
                           "{\"a\":NaN}",
                           "[Infinity]",
                           "[-Infinity]",
                           "{\"a\":1}x",
                           "{\"a\":1} {\"b\":2}",
                           "// c\n{}",
                           "{/*c*/}",
                           "[01]",
                           "[1.]",
                           "[.5]",
                           "[+1]",
                           "[0x1]",
                           "\"\t\"",
                           "\"\\x\"",
                           "\"\\u12\"",
                           "[1e]",
                           "tru",
                           "nul",
                           "\xEF\xBB\xBF{}",
                           "\"\xFF\"",
                           "\"\xC0\xAF\"",
                           "\"\xED\xA0\x80\"",
                           "\"\\uD800\"",
                           "\"\\uDC00\""}) {
    EXPECT_EQ(Reason(text), "MALFORMED_JSON") << text;
  }
  EXPECT_EQ(Reason(std::string("{\"a\":\"x\0y\"}", 11)), "MALFORMED_JSON");
  EXPECT_EQ(Reason(std::string("{}\0", 3)), "MALFORMED_JSON");
  EXPECT_TRUE(ParseJson(" {\"a\": [1, -2, true, null, \"\\u00e4\"]} \n").ok());
}

TEST(StrictJsonTest, RefusesDuplicateKeysByPath) {
  const auto error = ParseJson(R"({"a":{"b":[{"c":1,"c":2}]}})").status();
  EXPECT_EQ(status::ReasonOf(error), "MALFORMED_JSON");
  EXPECT_THAT(std::string(error.message()), ::testing::HasSubstr("a.b.c"));
  EXPECT_EQ(Reason(R"({"a":1,"\u0061":2})"), "MALFORMED_JSON");
  EXPECT_TRUE(ParseJson(R"([{"a":1},{"a":2},{"b":{"a":3}}])").ok());
}

TEST(StrictJsonTest, RefusesDeepNesting) {
  const auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(ParseJson(nested(32)).ok());
  EXPECT_EQ(Reason(nested(33)), "MALFORMED_JSON");
  EXPECT_EQ(Reason(nested(100000)), "MALFORMED_JSON");
}

TEST(DecodeTest, RefusesWrongTypesByPath) {
  EXPECT_THAT(Refusal<pb::EarnPointsRequest>(R"({"amount": 1.0})"),
              ::testing::StartsWith("amount: must be a whole number"));
  for (const char* text :
       {R"({"amount": 1e3})", R"({"amount": "1.0"})", R"({"amount": " 1"})", R"({"amount": "+1"})",
        R"({"amount": "01"})", R"({"amount": ""})", R"({"amount": "-"})", R"({"amount": true})",
        R"({"amount": [1]})", R"({"amount": 9223372036854775808})",
        R"({"amount": "99999999999999999999"})", R"({"amount": 1e400})"}) {
    EXPECT_NE(Refusal<pb::EarnPointsRequest>(text), "") << text;
  }
  EXPECT_EQ(Refusal<pb::ListEntriesRequest>(R"({"pageSize": 2147483648})"),
            "pageSize: must be a whole number from -2147483648 to 2147483647\n");
  EXPECT_EQ(Refusal<pb::RecordOrderRequest>(R"({"historical": "true"})"),
            "historical: must be true or false\n");
  EXPECT_EQ(Refusal<pb::RecordOrderRequest>(R"({"store": 5})"), "store: must be a string\n");
  EXPECT_EQ(Refusal<pb::RecordOrderRequest>(R"({"store": "a\u0000b"})"),
            "store: must not contain NUL\n");
  EXPECT_EQ(Refusal<pb::RecordOrderRequest>(R"({"lines": {}})"), "lines: must be an array\n");
  EXPECT_EQ(Refusal<pb::RecordOrderRequest>(R"({"lines": [null, {"labels": []}]})"),
            "lines[0]: must be an object\nlines[1].labels: must be an object\n");
  EXPECT_EQ(Refusal<pb::RecordOrderRequest>(R"({"lines": [{"labels": {"k": 1}}]})"),
            "lines[0].labels[\"k\"]: must be a string\n");
  EXPECT_EQ(Refusal<pb::RecordOrderRequest>("[]"), ": the body must be an object\n");
}

TEST(DecodeTest, RefusesUnknownFieldsAndEnums) {
  EXPECT_EQ(
      Refusal<pb::RecordOrderRequest>(R"({"lines": [{"sku": "a", "colour": 1}], "x": 1})"),
      "lines[0].colour: is not a field of OrderLine\nx: is not a field of RecordOrderRequest\n");
  const char* kEnum = "campaign.stacking: must be the name of a Stacking\n";
  EXPECT_EQ(Refusal<pb::CreateCampaignRequest>(R"({"campaign": {"stacking": "STACKING_NO"}})"),
            kEnum);
  EXPECT_EQ(Refusal<pb::CreateCampaignRequest>(R"({"campaign": {"stacking": 1}})"), kEnum);
  EXPECT_EQ(Refusal<pb::CreateCampaignRequest>(R"({"campaign": {"stacking": "1"}})"), kEnum);
  EXPECT_EQ(
      Refusal<pb::CreateCampaignRequest>(R"({"campaign": {"stacking": "stacking_stackable"}})"),
      kEnum);
}

TEST(DecodeTest, RefusesTwoOfAGroupAndBothNames) {
  EXPECT_EQ(Refusal<pb::RecordOrderRequest>(R"({"memberId": "a", "memberExternalId": "b"})"),
            "memberExternalId: at most one of the group member may be given\n");
  EXPECT_EQ(Refusal<pb::RecordOrderRequest>(R"({"externalId": "a", "external_id": "b"})"),
            "external_id: is given twice, under both of its names\n");
}

TEST(DecodeTest, RefusesMalformedTimes) {
  for (const char* time : {"5", "true", "\"\"", "\"yesterday\"", "\"2026-13-01T00:00:00Z\"",
                           "\"2026-01-01\"", "{\"seconds\":1}", "\"2026-01-01T00:00:00\""}) {
    EXPECT_THAT(Refusal<pb::EarnPointsRequest>(std::string("{\"occurTime\": ") + time + "}"),
                ::testing::StartsWith("occurTime: must be a Timestamp"))
        << time;
  }
}

TEST(DecodeTest, FillsAMessage) {
  pb::RecordOrderRequest order;
  ASSERT_EQ(Decode(R"({"memberId": "mem_1", "lines": [{"sku": "a", "amountMinorUnits": "1999",
            "quantityThousandths": 1000, "labels": {"color": "red"}, "unitPriceMinorUnits": 0}],
            "occurTime": "2026-01-31T12:00:00.5+01:00", "store": null, "currency_code": "EUR"})",
                   &order),
            "");
  EXPECT_EQ(order.member_id(), "mem_1");
  EXPECT_EQ(order.lines(0).amount_minor_units(), 1999);
  EXPECT_EQ(order.lines(0).quantity_thousandths(), 1000);
  EXPECT_TRUE(order.lines(0).has_unit_price_minor_units());
  EXPECT_EQ(order.lines(0).labels().at("color"), "red");
  EXPECT_EQ(order.occur_time().seconds(), 1769857200);
  EXPECT_EQ(order.occur_time().nanos(), 500000000);
  EXPECT_EQ(order.currency_code(), "EUR");
}

TEST(DecodeTest, ReadsTextOfPathsAndQueries) {
  pb::ListEntriesRequest request;
  std::vector<status::Violation> wrong;
  const auto& type = *request.GetDescriptor();
  DecodeText("25", "pageSize", *type.FindFieldByName("page_size"), &request, &wrong);
  DecodeText("points", "walletType", *type.FindFieldByName("wallet_type"), &request, &wrong);
  EXPECT_TRUE(wrong.empty());
  EXPECT_EQ(request.page_size(), 25);
  DecodeText("25.0", "pageSize", *type.FindFieldByName("page_size"), &request, &wrong);
  ASSERT_EQ(wrong.size(), 1U);
  EXPECT_EQ(wrong[0].field, "pageSize");
}

TEST(DecodeTest, ListsNoMoreThanFiftyFaults) {
  std::string text = "{";
  for (int i = 0; i < 200; ++i) text += (i > 0 ? ",\"x" : "\"x") + std::to_string(i) + "\":1";
  pb::EarnPointsRequest message;
  const std::string wrong = Decode(text + "}", &message);
  EXPECT_EQ(std::count(wrong.begin(), wrong.end(), '\n'), 50);
}

TEST(EncodeTest, WritesDefaultsAndLongNumbersAsStrings) {
  pb::Balance balance;
  balance.set_wallet_type("points");
  balance.set_active(-7);
  std::string out;
  AppendJson(balance, &out);
  EXPECT_EQ(out, R"({"walletType":"points","active":"-7","pending":"0","reserved":"0",)"
                 R"("lifetimeEarned":"0","lifetimeSpent":"0","lifetimeExpired":"0","seq":"0",)"
                 R"("lifetimeReversed":"0","lifetimeAdjusted":"0","householdId":""})");
}

TEST(EncodeTest, EscapesWhatABrowserOrParserWouldTrip) {
  std::string out;
  AppendJsonString(std::string("a\"\\\n\0</script>\x7F\xC3\xA4", 17), &out);
  EXPECT_EQ(out, "\"a\\\"\\\\\\u000a\\u0000\\u003c/script\\u003e\\u007f\xC3\xA4\"");
}

// Fills a message at random, as deep as `depth`.
void Fill(proto::Message* message, std::mt19937_64& random, int depth) {
  const auto& reflection = *message->GetReflection();
  const auto& type = *message->GetDescriptor();
  if (type.full_name() == "google.protobuf.Timestamp") {
    reflection.SetInt64(message, type.FindFieldByName("seconds"),
                        static_cast<int64_t>(random() % 4000000000));
    reflection.SetInt32(message, type.FindFieldByName("nanos"),
                        static_cast<int32_t>(random() % 1000000) * 1000);
    return;
  }
  if (type.full_name() == "google.protobuf.Any") {
    google::rpc::ErrorInfo info;
    Fill(&info, random, 1);
    info.set_reason("REASON");  // protobuf writes the members of an empty content not at all
    if (random() % 4 > 0) proto::DynamicCastToGenerated<proto::Any>(message)->PackFrom(info);
    return;
  }
  for (int i = 0; i < type.field_count(); ++i) {
    const auto& field = *type.field(i);
    if (random() % 3 == 0) continue;
    const int count = field.is_repeated() ? static_cast<int>(random() % 3) : 1;
    for (int k = 0; k < count; ++k) {
      using Field = proto::FieldDescriptor;
#define LAUREL_FILL(Name, value)                  \
  if (field.is_repeated())                        \
    reflection.Add##Name(message, &field, value); \
  else                                            \
    reflection.Set##Name(message, &field, value)
      switch (field.cpp_type()) {
        case Field::CPPTYPE_INT32:
          LAUREL_FILL(Int32, static_cast<int32_t>(random()));
          break;
        case Field::CPPTYPE_INT64:
          LAUREL_FILL(Int64, static_cast<int64_t>(random()));
          break;
        case Field::CPPTYPE_UINT32:
          LAUREL_FILL(UInt32, static_cast<uint32_t>(random()));
          break;
        case Field::CPPTYPE_UINT64:
          LAUREL_FILL(UInt64, random());
          break;
        case Field::CPPTYPE_BOOL:
          LAUREL_FILL(Bool, random() % 2 == 0);
          break;
        case Field::CPPTYPE_ENUM:
          LAUREL_FILL(Enum,
                      field.enum_type()->value(static_cast<int>(
                          random() % static_cast<uint64_t>(field.enum_type()->value_count()))));
          break;
        case Field::CPPTYPE_STRING:
          LAUREL_FILL(String, "t\xC3\xA9\"\\\n<" + std::to_string(random()));
          break;
        case Field::CPPTYPE_MESSAGE:
          if (depth == 0) break;
          Fill(field.is_repeated() ? reflection.AddMessage(message, &field)
                                   : reflection.MutableMessage(message, &field),
               random, depth - 1);
          break;
        default:
          break;
      }
#undef LAUREL_FILL
    }
  }
}

// protobuf's own JSON is the oracle in both directions, for every message of the contracts.
TEST(JsonOracleTest, AgreesWithProtobufOnEveryMessage) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (const auto* file : {pb::RecordOrderRequest::descriptor()->file(),
                           pb::Entry::descriptor()->file(), pb::Campaign::descriptor()->file()}) {
    for (int i = 0; i < file->message_type_count(); ++i) {
      const auto* prototype =
          proto::MessageFactory::generated_factory()->GetPrototype(file->message_type(i));
      for (int round = 0; round < 20; ++round) {
        std::unique_ptr<proto::Message> message(prototype->New());
        Fill(message.get(), random, 4);
        // On the wire and back: two entries of a map with one key become one.
        message->ParseFromString(message->SerializeAsString());
        SCOPED_TRACE(message->ShortDebugString());
        std::string ours;
        AppendJson(*message, &ours);

        std::unique_ptr<proto::Message> theirs(prototype->New());
        ASSERT_TRUE(proto::util::JsonStringToMessage(ours, theirs.get()).ok()) << ours;
        EXPECT_TRUE(proto::util::MessageDifferencer::Equals(*message, *theirs)) << ours;

        proto::util::JsonPrintOptions options;
        options.always_print_primitive_fields = true;
        std::string printed;
        ASSERT_TRUE(proto::util::MessageToJsonString(*message, &printed, options).ok());
        std::unique_ptr<proto::Message> back(prototype->New());
        std::vector<status::Violation> wrong;
        DecodeMessage(*ParseJson(printed), "", back.get(), &wrong);
        ASSERT_TRUE(wrong.empty()) << wrong[0].field << wrong[0].description;
        EXPECT_TRUE(proto::util::MessageDifferencer::Equals(*message, *back)) << printed;
        // Equal as values too: the same members are written out.
        EXPECT_EQ(*ParseJson(ours), *ParseJson(printed));
      }
    }
  }
}

}  // namespace
}  // namespace laurel::gateway
