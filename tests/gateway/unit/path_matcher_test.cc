#include "gateway/routing/path_matcher.h"

#include <gmock/gmock.h>

#include "gateway/routing/percent.h"
#include "lib/status/error.h"

namespace laurel::gateway {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class PathMatcherTest : public ::testing::Test {
 protected:
  absl::Status Add(const std::string& method, const std::string& path) {
    return builder_.Add(method, path, next_++);
  }

  // "0 a=b": the route's number in the order added, and what it bound; "none", "malformed", or the
  // methods allowed.
  std::string Find(const std::string& method, const std::string& path) {
    if (!matcher_) matcher_.emplace(std::move(builder_).Build());
    const auto result = matcher_->Find(method, path);
    if (result.malformed) return "malformed";
    if (!result.match) {
      std::string out = "none";
      for (const auto& allowed : result.allowed) out += " " + allowed;
      return out;
    }
    std::string out = std::to_string(result.match->route);
    for (const auto& binding : result.match->bindings) {
      out += " ";
      for (const auto& name : binding.field_path) out += name + ".";
      out.back() = '=';
      out += binding.value;
    }
    return out;
  }

 private:
  PathMatcher::Builder builder_;
  std::optional<PathMatcher> matcher_;
  size_t next_ = 0;
};

TEST_F(PathMatcherTest, RootOnlyMatchesNothingElse) {
  ASSERT_TRUE(Add("GET", "/a").ok());
  EXPECT_EQ(Find("GET", "/a"), "0");
  for (const char* path : {"", "/", "//", "a", "/a/", "//a", "/a//", "/b", "/a/b", "/A"}) {
    EXPECT_EQ(Find("GET", path), "none") << path;
  }
}

TEST_F(PathMatcherTest, LiteralBeatsVariableBeatsRest) {
  ASSERT_TRUE(Add("GET", "/v1/members/{member_id}").ok());
  ASSERT_TRUE(Add("GET", "/v1/members/top").ok());
  ASSERT_TRUE(Add("GET", "/v1/{rest=**}").ok());
  EXPECT_EQ(Find("GET", "/v1/members/top"), "1");
  EXPECT_EQ(Find("GET", "/v1/members/x"), "0 member_id=x");
  EXPECT_EQ(Find("GET", "/v1/members/x/y"), "2 rest=members/x/y");
  EXPECT_EQ(Find("GET", "/v1"), "2 rest=");
}

TEST_F(PathMatcherTest, GoesBackWhenTheLiteralLeadsNowhere) {
  ASSERT_TRUE(Add("GET", "/a/{x}/c").ok());
  ASSERT_TRUE(Add("GET", "/a/b/d").ok());
  EXPECT_EQ(Find("GET", "/a/b/c"), "0 x=b");
  EXPECT_EQ(Find("GET", "/a/b/d"), "1");
  EXPECT_EQ(Find("GET", "/a/b/e"), "none");
}

TEST_F(PathMatcherTest, AMethodOfTheVariableIsFoundBesideALiteralOfAnother) {
  ASSERT_TRUE(Add("GET", "/a/b").ok());
  ASSERT_TRUE(Add("POST", "/a/{x}").ok());
  EXPECT_EQ(Find("POST", "/a/b"), "1 x=b");
  EXPECT_EQ(Find("DELETE", "/a/b"), "none GET POST");
}

TEST_F(PathMatcherTest, VerbsAreTheirOwnPaths) {
  ASSERT_TRUE(Add("GET", "/v1/members/{id}").ok());
  ASSERT_TRUE(Add("POST", "/v1/members/{id}/points:earn").ok());
  ASSERT_TRUE(Add("POST", "/v1/members:find").ok());
  ASSERT_TRUE(Add("POST", "/v1/rewards/{id}:redeem").ok());
  EXPECT_EQ(Find("POST", "/v1/members/m/points:earn"), "1 id=m");
  EXPECT_EQ(Find("POST", "/v1/members:find"), "2");
  EXPECT_EQ(Find("POST", "/v1/rewards/r:redeem"), "3 id=r");
  EXPECT_EQ(Find("POST", "/v1/members/m/points"), "none");
  EXPECT_EQ(Find("POST", "/v1/members/m/points:"), "none");
  EXPECT_EQ(Find("POST", "/v1/rewards/:redeem"), "none");
  EXPECT_EQ(Find("GET", "/v1/members/m:redeem"), "none");
}

TEST_F(PathMatcherTest, AColonThatIsNoVerbIsPartOfTheValue) {
  ASSERT_TRUE(Add("GET", "/v1/members/{id}").ok());
  ASSERT_TRUE(Add("POST", "/v1/members/{id}:block").ok());
  EXPECT_EQ(Find("GET", "/v1/members/a:b"), "0 id=a:b");
  EXPECT_EQ(Find("POST", "/v1/members/a:b:block"), "1 id=a:b");
  EXPECT_EQ(Find("GET", "/v1/members/a%3Ablock"), "0 id=a:block");
  EXPECT_EQ(Find("POST", "/v1/members/a%3Ablock"), "none GET");
}

TEST_F(PathMatcherTest, DecodesOneSegmentWhole) {
  ASSERT_TRUE(Add("GET", "/a/{x}/b").ok());
  EXPECT_EQ(Find("GET", "/a/p%20q%2Fr/b"), "0 x=p q/r");
  EXPECT_EQ(Find("GET", "/%61/x/b"), "0 x=x");
  EXPECT_EQ(Find("GET", "/a/+/b"), "0 x=+");
  EXPECT_EQ(Find("GET", "/a/%C3%A4/b"), "0 x=\xC3\xA4");
}

TEST_F(PathMatcherTest, KeepsAnEncodedSlashWhereAValueSpansSegments) {
  ASSERT_TRUE(Add("GET", "/a/{x=b/*/c/*}").ok());
  ASSERT_TRUE(Add("GET", "/r/{x=**}").ok());
  EXPECT_EQ(Find("GET", "/a/b/1%2F2/c/3"), "0 x=b/1%2F2/c/3");
  EXPECT_EQ(Find("GET", "/r/1/2%2f3"), "1 x=1/2%2F3");
}

TEST_F(PathMatcherTest, RefusesWhatCannotBeDecoded) {
  ASSERT_TRUE(Add("GET", "/a/{x}").ok());
  for (const char* path :
       {"/a/%", "/a/%4", "/a/%zz", "/a/%00", "/a/%FF", "/a/%C0%AF", "/a/%ED%A0%80"}) {
    EXPECT_EQ(Find("GET", path), "malformed") << path;
  }
}

TEST_F(PathMatcherTest, BindsSeveralAndNestedFields) {
  ASSERT_TRUE(Add("POST", "/a/{x.y.z}/b/{w}:do").ok());
  EXPECT_EQ(Find("POST", "/a/1/b/2:do"), "0 x.y.z=1 w=2");
}

TEST_F(PathMatcherTest, RestMustNotSwallowAnotherVerb) {
  ASSERT_TRUE(Add("GET", "/a/**").ok());
  ASSERT_TRUE(Add("GET", "/a/**:go").ok());
  EXPECT_EQ(Find("GET", "/a/b/c"), "0");
  EXPECT_EQ(Find("GET", "/a/b/c:go"), "1");
}

TEST_F(PathMatcherTest, RefusesAmbiguityAtTheStart) {
  ASSERT_TRUE(Add("GET", "/a/{x}").ok());
  EXPECT_EQ(status::ReasonOf(Add("GET", "/a/{y}")), "ROUTE_AMBIGUOUS");
  EXPECT_EQ(status::ReasonOf(Add("GET", "/a/*")), "ROUTE_AMBIGUOUS");
  EXPECT_TRUE(Add("PUT", "/a/{y}").ok());
  EXPECT_TRUE(Add("GET", "/a/{y}:do").ok());
}

TEST_F(PathMatcherTest, RefusesMalformedTemplates) {
  for (const char* path :
       {"",     "a",     "/",         "/a/",      "//a",     "/a//b", "/{",   "/{x",
        "/{}",  "/{x=}", "/{x=a/}",   "/{x={y}}", "/{x.}",   "/{.x}", "/a:",  "/a:b:c",
        "/a b", "/**/a", "/{x=**}/a", "/{x}/{x}", "/a/{x}b", "/***",  "/a?b", "/a/{x}/"}) {
    EXPECT_EQ(status::ReasonOf(Add("GET", path)), "ROUTE_INVALID") << path;
  }
}

TEST_F(PathMatcherTest, LooksAtNoPathLongerThanAnyTemplate) {
  ASSERT_TRUE(Add("GET", "/{x=**}").ok());
  std::string path;
  for (int i = 0; i < 64; ++i) path += "/a";
  EXPECT_NE(Find("GET", path), "none");
  EXPECT_EQ(Find("GET", path + "/a"), "none");
}

TEST(PercentTest, DecodesQueriesToo) {
  EXPECT_EQ(PercentDecode("a+b%2Bc", {.plus_is_space = true}), "a b+c");
  EXPECT_EQ(PercentDecode("a%00"), std::nullopt);
}

}  // namespace
}  // namespace laurel::gateway
