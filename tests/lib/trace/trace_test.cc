#include "lib/trace/trace.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace laurel::trace {
namespace {

constexpr char kExample[] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

TEST(Trace, ReadsAndWritesTheStandardsExample) {
  const auto context = Parse(kExample);
  ASSERT_TRUE(context);
  EXPECT_EQ(context->TraceId(), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_TRUE(context->sampled);
  EXPECT_EQ(context->Traceparent(), kExample);
}

TEST(Trace, MalformedIsNone) {
  const std::string example = kExample;
  for (const std::string& text : std::vector<std::string>{
           "", example.substr(1), example + "0", "ff" + example.substr(2),
           "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
           "00-00000000000000000000000000000000-b7ad6b7169203331-01",
           "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", example + "-x",
           "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
           "01" + example.substr(2) + "x"}) {
    EXPECT_FALSE(Parse(text)) << text;
  }
  EXPECT_TRUE(Parse("01" + example.substr(2) + "-what-comes"));
}

TEST(Trace, AChildKeepsTheTraceAndHasItsOwnSpan) {
  base::IdSource ids(7);
  const Context parent = New(ids);
  EXPECT_FALSE(parent.IsZero());
  EXPECT_TRUE(Parse(parent.Traceparent()));
  const Context child = ChildOf(parent, ids);
  EXPECT_EQ(child.TraceId(), parent.TraceId());
  EXPECT_NE(child.span, parent.span);
  EXPECT_NE(New().TraceId(), New().TraceId());
}

}  // namespace
}  // namespace laurel::trace
