#include <gmock/gmock.h>

#include <boost/json/serialize.hpp>
#include <set>

#include "gateway/json/parse.h"
#include "gateway/openapi/comments.h"
#include "gateway/openapi/document.h"
#include "gateway/openapi/embedded.h"

namespace laurel::gateway {
namespace {

namespace json = boost::json;

class OpenApiTest : public ::testing::Test {
 protected:
  OpenApiTest()
      : routes_(*Routes::FromGeneratedPool()),
        comments_(*Comments::FromImage(EmbeddedImage())),
        document_(MakeOpenApi(routes_, comments_, "https://api.test")) {}

  const json::object& Operation(const char* path, const char* method) {
    return document_.at("paths").at(path).at(method).as_object();
  }
  const json::value& Schema(const char* name) {
    return document_.at("components").at("schemas").at(name);
  }

  const Routes routes_;
  const Comments comments_;
  const json::value document_;
};

// Every reference in `value` leads somewhere, and is noted.
void CheckReferences(const json::value& root, const json::value& value,
                     std::set<std::string>* seen) {
  if (const auto* list = value.if_array()) {
    for (const auto& item : *list) CheckReferences(root, item, seen);
  }
  const auto* object = value.if_object();
  if (object == nullptr) return;
  for (const auto& [key, item] : *object) {
    if (key == "$ref") {
      const std::string target(item.as_string());
      ASSERT_EQ(target.rfind("#/", 0), 0U) << target;
      boost::system::error_code ec;
      EXPECT_NE(root.find_pointer(target.substr(1), ec), nullptr) << target;
      seen->insert(target);
    } else {
      CheckReferences(root, item, seen);
    }
  }
}

TEST_F(OpenApiTest, EveryRouteIsThereOnceWithItsWords) {
  std::set<std::string> ids;
  size_t operations = 0;
  for (const auto& [path, item] : document_.at("paths").as_object()) {
    for (const auto& [method, value] : item.as_object()) {
      const auto& operation = value.as_object();
      ++operations;
      EXPECT_TRUE(ids.insert(std::string(operation.at("operationId").as_string())).second) << path;
      EXPECT_FALSE(operation.at("summary").as_string().empty()) << path;
      EXPECT_GT(operation.at("description").as_string().size(), 20U) << path;
      EXPECT_FALSE(operation.at("security").as_array().empty()) << path;
      for (const char* status : {"200", "400", "401", "403", "404", "429", "500", "503", "504"}) {
        EXPECT_TRUE(operation.at("responses").as_object().contains(status)) << path << status;
      }
    }
  }
  EXPECT_EQ(operations, routes_.all().size());
}

TEST_F(OpenApiTest, EveryReferenceLeadsSomewhereAndNothingIsUnused) {
  std::set<std::string> seen;
  CheckReferences(document_, document_, &seen);
  for (const char* kind : {"schemas", "parameters", "responses", "headers"}) {
    for (const auto& [name, unused] : document_.at("components").at(kind).as_object()) {
      EXPECT_TRUE(seen.contains(std::string("#/components/") + kind + "/" + std::string(name)))
          << kind << " " << name;
    }
  }
}

TEST_F(OpenApiTest, RulesAreConstraints) {
  const auto& earn = Operation("/v1/members/{memberId}/points:earn", "post");
  EXPECT_EQ(earn.at("operationId").as_string(), "earnPoints");
  EXPECT_EQ(earn.at("tags").as_array().at(0).as_string(), "Wallet");
  const auto& path = earn.at("parameters").as_array().at(0).as_object();
  EXPECT_EQ(path.at("name").as_string(), "memberId");
  EXPECT_TRUE(path.at("required").as_bool());
  EXPECT_EQ(path.at("schema").at("pattern").as_string(), "^(me|mem_[0-7][0-9a-hjkmnp-tv-z]{25})$");
  const auto& key = earn.at("parameters").as_array().at(1).as_object();
  EXPECT_EQ(key.at("$ref").as_string(), "#/components/parameters/IdempotencyKeyRequired");

  const auto& body = Schema("EarnPointsBody").as_object();
  EXPECT_FALSE(body.at("additionalProperties").as_bool());
  EXPECT_EQ(body.at("required"), (json::array{"amount"}));
  const auto& properties = body.at("properties").as_object();
  EXPECT_FALSE(properties.contains("memberId"));
  EXPECT_FALSE(properties.contains("programId"));
  EXPECT_EQ(properties.at("amount").at("type").as_string(), "string");
  EXPECT_EQ(properties.at("amount").at("format").as_string(), "int64");
  EXPECT_EQ(properties.at("reason").at("maxLength"), 200);
  EXPECT_EQ(properties.at("walletType").at("pattern").as_string(), "^([a-z][a-z0-9_]{0,31})$");
  EXPECT_EQ(properties.at("occurTime").at("format").as_string(), "date-time");
}

TEST_F(OpenApiTest, ListsHaveTheirParameters) {
  const auto& entries = Operation("/v1/members/{memberId}/entries", "get");
  std::vector<std::string> names;
  for (const auto& parameter : entries.at("parameters").as_array()) {
    names.emplace_back(parameter.at("name").as_string());
  }
  EXPECT_THAT(names, ::testing::ElementsAre("memberId", "walletType", "pageSize", "pageToken"));
  EXPECT_FALSE(entries.contains("requestBody"));
}

TEST_F(OpenApiTest, CommentsOfTheProtosAreTheDescriptions) {
  EXPECT_EQ(Schema("Balance").at("properties").at("active").at("description").as_string(),
            "Usable now. Below zero only where the wallet type allows it.");
  EXPECT_THAT(std::string(Schema("EntryKind").at("description").as_string()),
              ::testing::HasSubstr("`ENTRY_KIND_ACCRUAL`: Points given; they open a lot."));
  for (const auto& tag : document_.at("tags").as_array()) {
    EXPECT_FALSE(tag.at("description").as_string().empty());
  }
}

TEST_F(OpenApiTest, AResourceWithEtagSaysSo) {
  const auto& get = Operation("/v1/members/{memberId}", "get");
  EXPECT_TRUE(get.at("responses").as_object().contains("304"));
  EXPECT_TRUE(get.at("responses").at("200").as_object().contains("headers"));
}

TEST_F(OpenApiTest, IsTheSameEveryTimeAndStrictJson) {
  const std::string text = json::serialize(document_);
  EXPECT_EQ(text, json::serialize(MakeOpenApi(routes_, comments_, "https://api.test")));
  EXPECT_TRUE(ParseJson(text).ok());
  EXPECT_EQ(document_.at("servers").at(0).at("url").as_string(), "https://api.test");
}

TEST(CommentsTest, RefusesAnImageThatIsNone) {
  EXPECT_FALSE(Comments::FromImage("not an image").ok());
  EXPECT_EQ(FirstSentence("Gives 1.5 points. And more."), "Gives 1.5 points");
  EXPECT_EQ(FirstSentence("No stop"), "No stop");
}

TEST(DocsPageTest, LoadsNothingFromElsewhere) {
  for (const auto text : {EmbeddedDocsHtml(), EmbeddedDocsScript(), EmbeddedDocsStyle()}) {
    EXPECT_FALSE(text.empty());
    EXPECT_EQ(text.find("http://"), std::string_view::npos);
    EXPECT_EQ(text.find("https://"), std::string_view::npos);
    EXPECT_EQ(text.find("innerHTML"), std::string_view::npos);
  }
}

}  // namespace
}  // namespace laurel::gateway
