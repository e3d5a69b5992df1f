#include "gamification-svc/domain/ranking.h"

namespace laurel::gamification {

std::vector<int64_t> RanksOf(const std::vector<int64_t>& scores, int64_t rows_before,
                             int64_t greater) {
  std::vector<int64_t> ranks;
  for (size_t i = 0; i < scores.size(); ++i) {
    if (i == 0) {
      ranks.push_back(greater + 1);
    } else if (scores[i] == scores[i - 1]) {
      ranks.push_back(ranks.back());
    } else {
      ranks.push_back(rows_before + static_cast<int64_t>(i) + 1);
    }
  }
  return ranks;
}

}  // namespace laurel::gamification
