// Page tokens belong to the request that they were made for.
#include "lib/page/page.h"

#include <gtest/gtest.h>

#include <vector>

#include "lib/status/error.h"

namespace laurel::page {
namespace {

TEST(PageToken, RoundTripsAndIsBoundToItsFilter) {
  const std::string token = Token("ord_17", "ListOrders/mem_1");
  EXPECT_EQ(*Position(token, "ListOrders/mem_1"), "ord_17");
  EXPECT_EQ(status::ReasonOf(Position(token, "ListOrders/mem_2").status()), "PAGE_TOKEN_INVALID");
  EXPECT_EQ(*Position("", "anything"), "");
  for (const std::string& bad :
       std::vector<std::string>{"x", "!!!!", token.substr(1), token + "AAAA"}) {
    EXPECT_EQ(status::ReasonOf(Position(bad, "ListOrders/mem_1").status()), "PAGE_TOKEN_INVALID")
        << bad;
  }
}

TEST(PageSize, IsCoerced) {
  EXPECT_EQ(Size(0), 50);
  EXPECT_EQ(Size(7), 7);
  EXPECT_EQ(Size(1000000), 1000);
}

}  // namespace
}  // namespace laurel::page
