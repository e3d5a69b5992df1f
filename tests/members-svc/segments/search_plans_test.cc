// How members who are to be evaluated are found: with the planner as the pool sets it, whatever is
// asked of a member is looked up by its key.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "members-svc/ledger/request_key.h"
#include "tests/members-svc/segments/fixture.h"

namespace laurel::members {
namespace {

using ::testing::HasSubstr;
using testing::kProgram;
using ::testing::Not;
using testing::SegmentTest;

std::string TextOf(std::string_view name) {
  for (const db::SqlText& statement : Statements()) {
    if (statement.name == name) return statement.text;
  }
  return "";
}

class SearchPlans : public SegmentTest {
 protected:
  // Of a statement with these values for $1, $2 and so on.
  std::string PlanOf(std::string_view name, const std::vector<std::string>& values) {
    std::string text = TextOf(name);
    EXPECT_NE(text, "");
    for (size_t i = values.size(); i > 0; --i) {
      text = absl::StrReplaceAll(text, {{absl::StrCat("$", i), values[i - 1]}});
    }
    return absl::StrJoin(
        world_.database.Admin(absl::StrCat(
            "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; ",
            "EXPLAIN ", text)),
        "\n");
  }
};

TEST_F(SearchPlans, EachMemberIsLookedUpByItsKey) {
  const std::string program = "'" + base::ToString(*base::DecodeId("prg", kProgram)) + "'::uuid";
  const std::string nobody = "'00000000-0000-0000-0000-000000000000'::uuid";
  Buy(world_.Enrol("ada"), 100);
  const std::string day = std::to_string(DayOf(world_.clock.Now()) - 1);
  for (const std::string& plan :
       {PlanOf("find_segment_candidates", {"1", program, nobody, "1", "1", day, "64"}),
        PlanOf("find_tier_members_by_orders", {"1", program, "1", nobody, "1", "1", day, "64"})}) {
    EXPECT_THAT(plan, Not(HasSubstr("CTE Scan")));
    EXPECT_THAT(plan, Not(HasSubstr("Seq Scan")));
    EXPECT_THAT(plan, Not(HasSubstr("Materialize")));
    EXPECT_THAT(plan, HasSubstr("order_returns_member"));
  }
}

TEST_F(SearchPlans, ActivitiesAreFoundByTheirTime) {
  const std::string program = "'" + base::ToString(*base::DecodeId("prg", kProgram)) + "'::uuid";
  // A bucket with a history, of which the planner knows.
  world_.database.Admin(
      "INSERT INTO occurrences SELECT 1, gen_random_uuid(), gen_random_uuid(), " + program +
      ", gen_random_uuid(), 'activity/run', i::text, i * 1000000, 1, gen_random_uuid(), 'x', 'x' "
      "FROM generate_series(1, 2000) AS i");
  world_.database.Admin("ANALYZE occurrences");
  const std::string plan =
      PlanOf("queue_inactive", {"1", program, "5000000::bigint", "6000000::bigint", "0", "1",
                                "'inactivity/1'", "'x'", "1", "1"});
  EXPECT_THAT(plan, HasSubstr("occurrences_time"));
  EXPECT_THAT(plan, HasSubstr("occurrences_member"));
}

}  // namespace
}  // namespace laurel::members
