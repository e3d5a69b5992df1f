#include "cli/import/purchases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <sstream>

#include "cli/import/order_request.h"
#include "lib/status/error.h"

namespace laurel::import {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kHeader[] =
    "household_id,store_id,basket_id,purchased_at,product_id,quantity,sales_value,retail_disc,"
    "coupon_disc,coupon_match_disc\n";

// One row; what is not given is sound.
struct Cells {
  std::string household = "7", store = "301", basket = "b1", time = "2024-05-01 10:00:00",
              product = "p1", quantity = "1", amount = "1.00", tail = ",0.00,0.00,0.00\n";
  std::string Text() const {
    return household + "," + store + "," + basket + "," + time + "," + product + "," + quantity +
           "," + amount + tail;
  }
};

class PurchasesTest : public ::testing::Test {
 protected:
  Purchases Read(const std::string& rows) { return ReadText(kHeader + rows); }
  Purchases ReadText(std::string text) {
    text_ = std::move(text);
    PurchaseRules rules;
    EXPECT_TRUE(absl::LoadTimeZone("America/New_York", &rules.zone));
    auto read = ReadPurchases(text_, products_, rules, rejects_.get());
    EXPECT_TRUE(read.ok()) << read.status();
    return *std::move(read);
  }
  std::vector<std::string> Ids(const Purchases& purchases) {
    std::vector<std::string> ids;
    for (const Basket& basket : purchases.baskets) ids.emplace_back(basket.id);
    return ids;
  }

  std::string text_;
  Products products_;
  std::unique_ptr<Rejects> rejects_ = std::make_unique<Rejects>();
};

TEST_F(PurchasesTest, RowsOfABasketMayLieAnywhere) {
  const Purchases read = Read(Cells{.product = "p1", .amount = "0.60"}.Text() +
                              Cells{.household = "8", .basket = "b2"}.Text() +
                              Cells{.product = "p2", .amount = "0.55"}.Text());
  ASSERT_THAT(Ids(read), ElementsAre("b1", "b2"));
  ASSERT_THAT(read.baskets[0].lines, SizeIs(2));
  EXPECT_EQ(read.baskets[0].lines[0].sku, "p1");
  EXPECT_EQ(read.baskets[0].lines[1].sku, "p2");
  EXPECT_EQ(read.baskets[0].lines[1].amount_minor_units, 55);
  EXPECT_THAT(read.households, ElementsAre("7", "8"));
  EXPECT_EQ(rejects_->size(), 0);
}

TEST_F(PurchasesTest, OrdersComeInTheOrderOfTime) {
  const Purchases read = Read(Cells{.basket = "late", .time = "2024-05-02 10:00:00"}.Text() +
                              Cells{.basket = "early"}.Text() + Cells{.basket = "same"}.Text());
  EXPECT_THAT(Ids(read), ElementsAre("early", "same", "late"));
}

TEST_F(PurchasesTest, HarmlessDirtGoesIn) {
  const Purchases read =
      Read(Cells{.amount = "0.00"}.Text() + Cells{.quantity = "0"}.Text() +
           Cells{.quantity = "32623", .amount = "75.00"}.Text() + Cells{.quantity = "0.5"}.Text());
  ASSERT_THAT(read.baskets, SizeIs(1));
  EXPECT_EQ(read.baskets[0].lines[2].quantity_thousandths, 32623000);
  EXPECT_EQ(read.baskets[0].lines[3].quantity_thousandths, 500);
  EXPECT_EQ(rejects_->size(), 0);
}

TEST_F(PurchasesTest, ABadRowHoldsBackItsBasketAndNoOther) {
  const std::pair<Cells, const char*> cases[] = {
      {{.time = "2024-02-30 10:00:00"}, "purchased_at: '2024-02-30 10:00:00' is no day or time"},
      {{.time = "2024-03-10 02:30:00"}, "purchased_at: '2024-03-10 02:30:00' does not exist"},
      {{.time = "2024-11-03 01:30:00"}, "is ambiguous"},
      {{.quantity = "-1"}, "quantity: '-1' is negative"},
      {{.quantity = "two"}, "quantity: 'two' is not a number"},
      {{.amount = "1.005"}, "sales_value: '1.005' has more than 2 decimals"},
      {{.amount = "-1.00"}, "sales_value: '-1.00' is negative"},
      {{.household = ""}, "household_id: is empty"},
      {{.product = ""}, "product_id: is empty"},
      {{.household = "8"}, "household_id: differs from row 2 of the same basket"},
      {{.store = "9"}, "store_id: differs from row 2"},
      {{.time = "2024-05-01 10:00:01"}, "purchased_at: differs from row 2"},
      {{.tail = ",x,0.00,0.00\n"}, "retail_disc: 'x' is not a number"},
      {{.tail = "\n"}, "has 7 columns where the header has 10"},
      {{.product = "\xFF"}, "is not UTF-8"},
      {{.product = "\"p"}, "a quote that is never closed"}};
  for (const auto& [bad, reason] : cases) {
    rejects_ = std::make_unique<Rejects>();
    const Purchases read = Read(Cells().Text() + bad.Text() + Cells{.basket = "b2"}.Text());
    EXPECT_THAT(Ids(read), ElementsAre("b2")) << reason;
    const auto rejects = rejects_->Sorted();
    ASSERT_THAT(rejects, SizeIs(2)) << reason;
    EXPECT_EQ(rejects[0].row, 2);
    EXPECT_THAT(rejects[0].reason, HasSubstr("waits for the rest of its basket: row 3"));
    EXPECT_EQ(rejects[1].row, 3);
    EXPECT_THAT(rejects[1].reason, HasSubstr(reason));
  }
}

TEST_F(PurchasesTest, TwoStrayQuotesDoNotSwallowTheRowsBetweenThem) {
  const Purchases read = Read(
      Cells{.basket = "b1", .product = "\"p1"}.Text() + Cells{.basket = "b2"}.Text() +
      Cells{.basket = "b3", .product = "p\"", .tail = "\n"}.Text() + Cells{.basket = "b4"}.Text());
  EXPECT_THAT(Ids(read), ElementsAre("b2", "b4"));
  EXPECT_THAT(rejects_->Sorted(), SizeIs(2));
}

TEST_F(PurchasesTest, AQuotedLineEndInsideAColumn) {
  const std::string bad = "7,\"301\n" + Cells{.basket = "b2"}.Text() + "\",b3,";
  const Purchases read =
      Read(bad + "2024-05-01 10:00:00,p,1,1.00,0.00,0.00,0.00\n" + Cells{.basket = "b4"}.Text());
  EXPECT_THAT(Ids(read), ElementsAre("b2", "b4"));
}

TEST_F(PurchasesTest, AHouseholdWhoseOnlyBasketWaitsIsNotEnrolled) {
  const Purchases read =
      Read(Cells{.quantity = "x"}.Text() + Cells{.household = "8", .basket = "b2"}.Text());
  EXPECT_THAT(read.households, ElementsAre("8"));
  EXPECT_EQ(read.baskets[0].household, 0);
  EXPECT_EQ(read.row_count, 2);
}

TEST_F(PurchasesTest, EveryCutOfAFileGivesWholeBasketsOnly) {
  const std::string whole = kHeader + Cells().Text() +
                            Cells{.basket = "b2", .amount = "2.00"}.Text() +
                            Cells{.basket = "b2", .product = "p2", .amount = "3.00"}.Text();
  const size_t last = whole.rfind("7,301,b2");
  // Anywhere inside the last row: the basket that it belongs to waits, whole and unrecorded.
  for (size_t at = last + 1; at + 1 < whole.size(); ++at) {
    EXPECT_THAT(Ids(ReadText(whole.substr(0, at))), ElementsAre("b1"))
        << whole.substr(last, at - last);
  }
  // Without its last line end it is still whole: the last amount has all of its decimals.
  const Purchases read = ReadText(whole.substr(0, whole.size() - 1));
  EXPECT_THAT(Ids(read), ElementsAre("b1", "b2"));
  EXPECT_THAT(read.baskets[1].lines, SizeIs(2));
}

TEST_F(PurchasesTest, AHeaderThatLacksAColumnRefusesTheFile) {
  for (const char* text : {"", "household_id,store_id\n1,2\n"}) {
    const auto read = ReadPurchases(text, products_, {}, rejects_.get());
    EXPECT_EQ(status::ReasonOf(read.status()), "FILE_REFUSED") << text;
  }
}

TEST_F(PurchasesTest, ProductsNameWhatALineIs) {
  auto products = ReadProducts(
      "product_id,brand,department,product_category,product_type\n"
      "p1,Private,GROCERY,TEA,\"TEA, GREEN\"\np2,,,,\np1,Private,GROCERY,TEA,\"TEA, GREEN\"\n"
      "p1,National,GROCERY,TEA,OTHER\n",
      rejects_.get());
  ASSERT_TRUE(products.ok());
  products_ = *std::move(products);
  ASSERT_THAT(rejects_->Sorted(), SizeIs(1));
  EXPECT_EQ(rejects_->Sorted()[0].row, 5);
  const Purchases read = Read(Cells().Text() + Cells{.product = "p2"}.Text() +
                              Cells{.product = "unknown", .tail = ",0.10,0.20,0.30\n"}.Text());
  members::v1::RecordOrderRequest order;
  FillOrderRequest(read, read.baskets[0], "run", &order);
  EXPECT_EQ(order.member_external_id(), "7");
  EXPECT_EQ(order.external_id(), "b1");
  EXPECT_EQ(order.store(), "301");
  EXPECT_EQ(order.currency_code(), "USD");
  EXPECT_TRUE(order.historical());
  EXPECT_EQ(order.occur_time().seconds(), 1714572000);
  ASSERT_EQ(order.lines_size(), 3);
  EXPECT_EQ(order.lines(0).category(), "TEA");
  EXPECT_EQ(order.lines(0).brand(), "Private");
  EXPECT_EQ(order.lines(0).labels().at("department"), "GROCERY");
  EXPECT_EQ(order.lines(0).labels().at("type"), "TEA, GREEN");
  EXPECT_EQ(order.lines(0).quantity_thousandths(), 1000);
  EXPECT_TRUE(order.lines(1).labels().empty());
  EXPECT_THAT(order.lines(2).category(), IsEmpty());
  EXPECT_EQ(order.lines(2).discount_minor_units(), 60);
}

TEST(RequestIds, AreOfOneRunAndOneThing) {
  const std::string id = RequestId("run", "order", "1");
  EXPECT_EQ(id.size(), 36);
  EXPECT_EQ(id, RequestId("run", "order", "1"));
  EXPECT_NE(id, RequestId("run2", "order", "1"));
  EXPECT_NE(id, RequestId("run", "member", "1"));
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// What a folder holds, counted as the campaign would.
struct Figures {
  int64_t rows = 0, baskets = 0, households = 0, points = 0, without_points = 0;
  std::map<std::string, int64_t> by_household = {};
};

Figures FiguresOf(const std::string& folder) {
  Rejects rejects;
  const auto products = ReadProducts(ReadFile(folder + "/products.csv"), &rejects);
  EXPECT_TRUE(products.ok()) << products.status();
  PurchaseRules rules;
  EXPECT_TRUE(absl::LoadTimeZone("America/New_York", &rules.zone));
  const std::string text = ReadFile(folder + "/purchases.csv");
  const auto read = ReadPurchases(text, *products, rules, &rejects);
  EXPECT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(rejects.size(), 0);
  Figures out{.rows = read->row_count,
              .baskets = static_cast<int64_t>(read->baskets.size()),
              .households = static_cast<int64_t>(read->households.size())};
  for (const Basket& basket : read->baskets) {
    int64_t total = 0;
    for (const Line& line : basket.lines) total += line.amount_minor_units;
    out.points += total / 100;
    out.without_points += total < 100 ? 1 : 0;
    out.by_household[std::string(read->households[basket.household])] += total / 100;
  }
  return out;
}

TEST(Figures, OfTheMadeUpSet) {
  const Figures figures = FiguresOf(LAUREL_TEST_DATA);
  EXPECT_EQ(figures.rows, 300);
  EXPECT_EQ(figures.baskets, 137);
  EXPECT_EQ(figures.households, 39);
  EXPECT_EQ(figures.points, 2870);
  EXPECT_EQ(figures.by_household.at("108"), 186);
  EXPECT_EQ(figures.by_household.at("139"), 0);
}

TEST(Figures, OfRealPurchases) {
  const char* folder = std::getenv("REAL_DATA");
  if (folder == nullptr) GTEST_SKIP() << "REAL_DATA names no folder with real purchases";
  Figures figures = FiguresOf(folder);
  EXPECT_EQ(figures.rows, 75000);
  EXPECT_EQ(figures.baskets, 47243);
  EXPECT_EQ(figures.households, 2377);
  EXPECT_EQ(figures.points, 209739);
  EXPECT_EQ(figures.without_points, 4456);
  EXPECT_EQ(figures.by_household["1023"], 1106);
  EXPECT_EQ(figures.by_household["400"], 654);
  EXPECT_EQ(figures.by_household["707"], 642);
}

}  // namespace
}  // namespace laurel::import
