// gamification-svc in a test: its handlers over a real database and a fake members-svc.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gamification-svc/deps.h"
#include "laurel/gamification/v1/gamification.pb.h"
#include "tests/testing/consumers/rig.h"

namespace laurel::gamification {

class Rig : public testing::ConsumerRig {
 public:
  Rig();
  const Deps& deps() const { return deps_; }

  absl::StatusOr<v1::Challenge> Create(const v1::Challenge& challenge);
  v1::Challenge Make(const v1::Challenge& challenge);
  absl::Status Deliver(const events::v1::DeliverRequest& request);

  events::v1::Event Points(const std::string& member_id, int64_t amount,
                           const std::string& wallet_type = "points");
  events::v1::Event Points(const std::string& member_id, int64_t amount, absl::Time occur_time);

  std::vector<v1::ChallengeProgress> Progress(const std::string& member_id);
  // Of the only challenge.
  v1::ChallengeProgress OnlyProgress(const std::string& member_id);
  std::vector<v1::Badge> Badges(const std::string& member_id, int page_size = 50);
  absl::StatusOr<v1::Standing> Rank(const std::string& member_id);
  std::vector<v1::Standing> Leaders(int page_size, const server::Call& call = AsOperator());

 private:
  const Deps deps_;
};

// "Three orders in 30 days": a badge and 100 points.
v1::Challenge ThreeOrdersIn30Days();
// 50.00 of dairy products within 10 days.
v1::Challenge FiftyOfDairyIn10Days();
// Points earned four times, at least 5 each, whenever.
v1::Challenge FourTimesPoints();
// Six pieces of SKU mug, whenever.
v1::Challenge SixMugs();

void AddLine(events::v1::Event& order, const std::string& sku, const std::string& category,
             int64_t quantity_thousandths, int64_t amount);

// What anybody can see of a programme's members.
std::string EndState(Rig& rig, const std::vector<std::string>& members);

}  // namespace laurel::gamification
