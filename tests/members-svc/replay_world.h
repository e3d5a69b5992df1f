// A programme whose orders are replayed.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <string>

#include "lib/base/timestamps.h"
#include "members-svc/jobs/replay_orders.h"
#include "tests/members-svc/trial_world.h"

namespace laurel::members::testing {

class ReplayWorld : public TrialWorld {
 public:
  ReplayWorld() : begin_(clock().Now()) {}

  // All that was recorded, a month ahead included.
  v1::CreateReplayRequest Replaying() {
    v1::CreateReplayRequest request;
    request.set_program_id(program_id());
    request.set_request_id(NewRequestId());
    base::SetTimestamp(begin_, request.mutable_start_time());
    base::SetTimestamp(clock().Now() + absl::Hours(24 * 30), request.mutable_end_time());
    return request;
  }
  absl::StatusOr<v1::Replay> Create(const v1::CreateReplayRequest& request) {
    // What is replayed was recorded before.
    clock().Advance(absl::Seconds(1));
    const auto answer = Ask(handlers::CreateReplay, *this, AsStaff(), request);
    if (!answer.ok()) return answer.status();
    return answer->replay();
  }
  v1::Replay Get(const std::string& replay_id) {
    v1::GetReplayRequest request;
    request.set_program_id(program_id());
    request.set_replay_id(replay_id);
    const auto answer = Ask(handlers::GetReplay, *this, AsStaff(), request);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? answer->replay() : v1::Replay();
  }
  absl::StatusOr<v1::Replay> Cancel(const std::string& replay_id) {
    v1::CancelReplayRequest request;
    request.set_program_id(program_id());
    request.set_replay_id(replay_id);
    const auto answer = Ask(handlers::CancelReplay, *this, AsStaff(), request);
    if (!answer.ok()) return answer.status();
    return answer->replay();
  }
  ReplayOrders Driver(ReplayOptions options = {}) {
    return ReplayOrders({deps().pool, clock(), ids(), deps().campaigns}, options);
  }
  // Creates it and carries it out.
  v1::Replay Run(const v1::CreateReplayRequest& request, ReplayOptions options = {}) {
    const auto created = Create(request);
    EXPECT_TRUE(created.ok()) << created.status();
    if (!created.ok()) return {};
    ReplayOrders driver = Driver(options);
    const std::atomic<bool> stopping = false;
    for (auto more = driver.Round(stopping);; more = driver.Round(stopping)) {
      EXPECT_TRUE(more.ok()) << more.status();
      if (!more.ok() || !*more) break;
    }
    return Get(created->replay_id());
  }
  // Random orders of its members, one after the other over weeks.
  void RecordRandom(Dice& dice, int count) {
    for (int i = 0; i < count; ++i) {
      v1::RecordOrderRequest order = AnyOrder(dice);
      order.set_member_id(dice.Of(members()));
      const auto recorded = Record(order);
      ASSERT_TRUE(recorded.ok()) << recorded.status();
      clock().Advance(absl::Minutes(dice.In(1, 1200)));
    }
  }

 private:
  const absl::Time begin_;
};

}  // namespace laurel::members::testing
