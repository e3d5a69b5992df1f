// What VerifyLedger finds out about returns of orders when somebody rewrites them, consistently
// with everything but what the test names.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "tests/members-svc/ledger/returns_fixture.h"

namespace laurel::members {
namespace {

using ::testing::HasSubstr;
using testing::ReturnsWorld;

class ReturnProofTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    world_ = new ReturnsWorld;
    world_->AddCampaign(ReturnsWorld::PerUnit(1));
  }
  static void TearDownTestSuite() { delete world_; }

  void SetUp() override {
    const std::string id = "p" + std::to_string(++members_);
    const std::string member = world_->Enrol(id);
    order_ = world_->Record(member, id, {{"A", 3000, 3000}});
    world_->Return(order_, id + "1", {{1, 1000}});
    world_->Return(order_, id + "2", {{1, 1000}});
    ASSERT_EQ(world_->Faults(), "");
    Admin("CREATE TABLE kept AS SELECT * FROM order_returns");
  }
  void TearDown() override {
    Admin("DELETE FROM order_returns");
    Admin("INSERT INTO order_returns SELECT * FROM kept");
    Admin("DROP TABLE kept");
    ASSERT_EQ(world_->Faults(), "");
  }

  static void Admin(const std::string& sql) { world_->database.Admin(sql); }
  std::string Where(int number) const {
    return " WHERE return_no = " + std::to_string(number) + " AND order_id = '" +
           base::ToString(*base::DecodeId("ord", order_.order_id())) + "'";
  }
  // What is stored of a return, changed.
  template <typename Change>
  void Rewrite(int number, Change change) {
    const std::string hex = world_->database.Admin(
        "SELECT encode(content, 'hex') FROM order_returns" + Where(number))[0];
    v1::OrderReturn returned;
    ASSERT_TRUE(returned.ParseFromString(absl::HexStringToBytes(hex)));
    change(returned);
    Admin("UPDATE order_returns SET content = decode('" +
          absl::BytesToHexString(returned.SerializeAsString()) + "', 'hex')" + Where(number));
  }

  static ReturnsWorld* world_;
  static int members_;
  v1::Order order_;
};
ReturnsWorld* ReturnProofTest::world_ = nullptr;
int ReturnProofTest::members_ = 0;

TEST_F(ReturnProofTest, AReturnThatIsGone) {
  Admin("DELETE FROM order_returns" + Where(2));
  EXPECT_THAT(world_->Faults(), HasSubstr("it moves points for a return that is not there"));
}

TEST_F(ReturnProofTest, AGapInTheNumbers) {
  Admin("DELETE FROM order_returns" + Where(1));
  EXPECT_THAT(world_->Faults(), HasSubstr("its return 2: a return before it is missing"));
}

TEST_F(ReturnProofTest, PointsThatAreNotThoseOfTheEntry) {
  Rewrite(1, [](v1::OrderReturn& returned) {
    returned.mutable_entries(0)->set_points_moved(9);
    returned.mutable_entries(0)->set_points_due(9);
  });
  EXPECT_THAT(world_->Faults(), HasSubstr("its return is not what the entry says"));
}

TEST_F(ReturnProofTest, AnEntryThatIsNotThere) {
  Rewrite(2, [](v1::OrderReturn& returned) {
    returned.mutable_entries(0)->set_moved_by_entry_id("ent_01jd0000000000000000000000");
  });
  EXPECT_THAT(world_->Faults(), HasSubstr("a return of it names an entry that is not there"));
}

TEST_F(ReturnProofTest, LinesThatDoNotAddUp) {
  Rewrite(2, [](v1::OrderReturn& returned) {
    returned.mutable_returned_lines(0)->set_quantity_thousandths(1500);
  });
  EXPECT_THAT(world_->Faults(), HasSubstr("its return 2: its lines do not add up"));
}

TEST_F(ReturnProofTest, MoreThanWasBought) {
  Rewrite(2, [](v1::OrderReturn& returned) {
    returned.mutable_lines(0)->set_quantity_thousandths(2001);
    returned.mutable_returned_lines(0)->set_quantity_thousandths(3001);
  });
  EXPECT_THAT(world_->Faults(), HasSubstr("more is returned than was bought"));
}

TEST_F(ReturnProofTest, AStateThatIsNotWhatWasReturned) {
  Rewrite(2, [](v1::OrderReturn& returned) { returned.set_order_state(v1::ORDER_STATE_RETURNED); });
  EXPECT_THAT(world_->Faults(), HasSubstr("where it stands is not what was returned of it"));
}

TEST_F(ReturnProofTest, AnotherModeThanTheFirst) {
  Rewrite(2, [](v1::OrderReturn& returned) { returned.set_mode(v1::RETURN_MODE_PROPORTIONAL); });
  EXPECT_THAT(world_->Faults(), HasSubstr("its return 2: it goes by another mode"));
}

}  // namespace
}  // namespace laurel::members
