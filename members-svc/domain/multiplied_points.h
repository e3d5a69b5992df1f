// What the amount rules gave per line in one wallet, and what multipliers make of it. Fractions are
// kept exact between multipliers, so that they multiply each other and not each other's rounding;
// each rounds once what it leaves on its lines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "lib/money/checked.h"

namespace laurel::members {

class MultipliedPoints {
 public:
  explicit MultipliedPoints(size_t line_count) : exact_(line_count, 0), awarded_(line_count, 0) {}

  // An amount rule's points for a line (index from 0). False: overflow.
  bool Add(size_t line, int64_t points);

  struct Factor {
    int64_t bps = 0;  // above zero
    money::Rounding rounding = money::Rounding::kDown;
    // The most that may be added; absent: no limit.
    std::optional<int64_t> most;
  };
  struct Product {
    int64_t basis = 0;   // the points that were multiplied
    int64_t points = 0;  // what was added; below zero for a factor below 1
    int64_t points_over_limit = 0;
    std::vector<int64_t> by_line;  // per given line; sums to points
  };
  enum class Outcome { kDone, kNothingThere, kOverflow };
  // Multiplies what stands on `lines` (indices, ascending). No line falls below zero.
  Outcome Multiply(const std::vector<int>& lines, const Factor& factor, Product* out);

 private:
  __extension__ using Wide = unsigned __int128;

  bool Scale(const std::vector<int>& lines, Wide numerator, Wide denominator);
  void StartFromAwarded();
  std::optional<int64_t> RoundedSum(const std::vector<int>& lines, money::Rounding rounding) const;
  std::vector<int64_t> WeightsOf(const std::vector<int>& lines) const;

  // Points per line are exact_[line] / denominator_.
  Wide denominator_ = 1;
  std::vector<Wide> exact_;
  // What has been awarded per line so far, in whole points.
  std::vector<int64_t> awarded_;
};

}  // namespace laurel::members
