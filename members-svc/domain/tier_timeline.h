// The life of one member in one tier set, from instant to instant at which anything can change; for
// tier.cc only. It starts at the joining.
//
// What is earned and what people gave are apart: the earned tier rises and falls by the rules as if
// nobody had given anything, and the member is in the higher of the two. At one instant comes first
// the judgement of the period that ends (by what it had, under the rules that held in it), then a
// new version, then what falls out of the window and what comes in, then rise or fall.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "members-svc/domain/tier.h"

namespace laurel::members {

class TierTimeline {
 public:
  // `history` must outlive it.
  explicit TierTimeline(const TierHistory& history);

  // When something may change next, after now; kNoTime: nothing ever will.
  int64_t next_us() const { return next_us_; }
  // Goes on to next_us().
  void Step();
  // Goes on to the last instant at or before `at_us`.
  void RunTo(int64_t at_us);

  TierStanding standing() const;
  const std::string& tier_code() const { return code_; }
  // When the period ended by which the last step moved the member; that step's own instant where no
  // period did.
  int64_t judged_us() const { return judged_us_; }
  // How much more, after `asked_us`, would have averted that it went down: when the period was
  // judged, or, if that was before, at the end of the grace. At least 1.
  int64_t missing(int64_t asked_us) const {
    return judged_us_ > asked_us ? missing_when_judged_ : missing_;
  }

 private:
  // What counts, and until when.
  struct Counting {
    int64_t out_us;
    int64_t amount;
  };
  __extension__ using Wide = __int128;  // the sum of any amounts

  const members::v1::TierSet& set() const;
  bool JudgesPeriods() const;
  int HighestFor(Wide value) const;
  int FloorNow() const;
  int PlaceOf(const std::string& code) const;  // -1: the version has no such tier
  // Until when an amount counts; its own instant: not at all.
  int64_t OutOf(int64_t at_us) const;
  void TakeIn(const TierAmount& amount);
  void Recount();
  void CountOn();
  bool NewVersions();
  void JudgePeriod();
  void RiseOrFall();
  void MoveTo(int earned);
  void Settle(Wide judged_by, Wide value);
  void Plan();

  const TierHistory& history_;
  int64_t now_us_;
  int64_t next_us_ = kNoTime;
  bool period_ends_next_ = false;

  size_t version_ = 0;
  size_t in_ = 0;  // the next amount
  std::deque<Counting> counting_;
  Wide value_ = 0;

  int earned_ = 0;
  int64_t earned_since_us_ = 0;
  // Judged too little at the end of a period while the grace ran: the tier to fall to after it.
  std::optional<int> due_;
  int64_t due_since_us_ = 0;  // the end of that period
  Wide due_value_ = 0;        // what it had

  int tier_ = 0;
  std::string code_;
  int64_t since_us_ = 0;
  int64_t missing_ = 0;
  int64_t missing_when_judged_ = 0;
  int64_t judged_us_ = kNoTime;
};

}  // namespace laurel::members
