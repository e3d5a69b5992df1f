// The story that the demo plays, act by act: each makes what is missing, reads it back through the
// gateway, checks every figure and prints it. Played again it finds everything, checks it again and
// prints the same.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "cli/demo/api.h"
#include "cli/demo/rules.h"

namespace laurel::demo {

class Story {
 public:
  Story(Api& api, Rules rules) : api_(api), rules_(std::move(rules)) {}

  absl::Status Play();

 private:
  struct Line {
    std::string sku;
    std::string category;
    bool organic = false;
    int64_t quantity = 1;
    int64_t amount_minor_units = 0;
  };
  struct Order {
    std::string external_id;
    std::string what;
    std::vector<Line> lines;
    // What it has to earn in all.
    int64_t points = 0;
  };

  absl::Status Shopping();
  absl::Status Challenge();
  absl::Status Referral();
  absl::Status Rewards();
  absl::Status Refusals();
  absl::Status Books();

  // The member's id; enrols where there is none.
  absl::StatusOr<std::string> Member(const std::string& external_id, const std::string& name);
  // The order as the gateway shows it; records it where there is none, and prints what it earned.
  absl::StatusOr<boost::json::value> Buy(const std::string& member_external_id,
                                         const std::string& member_id, const Order& order);
  absl::Status CheckOrder(const boost::json::value& shown, const Order& order) const;
  // "19 for 1 point per 1.00 + 10 for …", from the order's own explanation.
  std::string Explain(const boost::json::value& order) const;
  // Ada's oldest redemption of a reward that was not refused; redeems where there is none.
  absl::StatusOr<boost::json::value> Redeem(const std::string& reward_id, const std::string& slug);
  absl::StatusOr<int64_t> Stock(const std::string& reward_id);
  absl::StatusOr<boost::json::value> PointsOf(const std::string& who);
  // Every one of `movements` stands among the entries, and the entries sum up to the balance. When
  // the story has just been played for the first time, they are the only ones.
  absl::StatusOr<int64_t> CheckBooks(const std::string& who, std::vector<int64_t> movements);
  // Score and rank on the leaderboard agree with the wallet and with the board as a whole.
  absl::StatusOr<boost::json::value> CheckStanding(const std::string& who,
                                                   const std::string& member_id);

  Api& api_;
  const Rules rules_;
  std::string ada_;
  std::string ben_;
  // Ada was enrolled by this very play: nobody else can have done anything with her yet.
  bool first_time_ = false;
};

}  // namespace laurel::demo
