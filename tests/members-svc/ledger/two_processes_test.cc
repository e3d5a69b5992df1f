// Two members-svc on one schema: a hot member beside calm ones, and a midnight under load.
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include "absl/synchronization/blocking_counter.h"
#include "members-svc/ledger/request_key.h"
#include "tests/members-svc/ledger/fixture.h"

namespace laurel::members {
namespace {

using testing::kProgram;
using testing::Process;
using testing::World;

v1::EarnPointsRequest Earning(const std::string& member, const std::string& request_id) {
  v1::EarnPointsRequest request;
  request.set_program_id(kProgram);
  request.set_member_id(member);
  request.set_request_id(request_id);
  request.set_amount(1);
  return request;
}

TEST(TwoProcesses, AHotMemberNeitherStopsNorStarvesTheOthers) {
  constexpr int kHot = 2000;
  constexpr int kCalm = 200;
  World world;
  world.MakeProgram();
  Process other(world.database, world.clock);
  const std::string hot = world.Enrol("hot");
  std::vector<std::string> calm;
  for (int i = 0; i < kCalm; ++i) calm.push_back(world.Enrol("calm-" + std::to_string(i)));

  std::vector<v1::EarnPointsRequest> requests;
  for (int i = 0; i < 2 * kHot; ++i) requests.push_back(Earning(hot, std::to_string(i)));
  for (int i = 0; i < kCalm; ++i) requests.push_back(Earning(calm[static_cast<size_t>(i)], "one"));
  std::vector<v1::EarnPointsResponse> responses(requests.size());
  absl::BlockingCounter left(static_cast<int>(requests.size()));
  std::atomic<int> hot_answered = 0;
  std::atomic<int> hot_before_last_calm = 0;
  std::atomic<int> failed = 0;
  for (size_t i = 0; i < requests.size(); ++i) {
    const bool is_hot = i < 2 * kHot;
    Process& process = i % 2 == 0 ? *world.process : other;
    handlers::EarnPoints(process.deps, process.call, requests[i], &responses[i],
                         [&, is_hot](const absl::Status& status) {
                           if (!status.ok()) ++failed;
                           if (is_hot) {
                             ++hot_answered;
                           } else {
                             hot_before_last_calm = hot_answered.load();
                           }
                           left.DecrementCount();
                         });
  }
  left.Wait();
  EXPECT_EQ(failed, 0);
  EXPECT_LT(hot_before_last_calm, kHot) << "the calm ones came last, and wait for a batch or two";
  EXPECT_EQ(world.Balance(hot).active(), 2 * kHot);
  for (const std::string& member : calm) EXPECT_EQ(world.Balance(member).active(), 1);
  const auto proof = world.Verify();
  EXPECT_TRUE(proof.valid()) << proof.DebugString();
}

TEST(TwoProcesses, EachRequestHasOneEffectWhereverMidnightFindsIt) {
  constexpr int kCallers = 4;
  constexpr int kRequests = 150;
  World world;
  world.MakeProgram();
  world.clock.Advance(absl::Hours(12) - absl::Seconds(1));  // a second before midnight
  const int day = DayOf(world.clock.Now());
  Process other(world.database, world.clock);
  const std::string member = world.Enrol("ada");
  std::atomic<int> sent = 0;
  std::atomic<int> failed = 0;
  std::mutex mutex;
  std::map<std::string, std::string> entry_of_request;
  const auto caller = [&](int number) {
    base::IdSource ids;
    for (int i = 0; i < kRequests; ++i) {
      const std::string id = i % 2 == 0 ? base::ToString(ids.Next(world.clock.Now()))
                                        : std::to_string(number) + "-" + std::to_string(i);
      // Both are asked, at once or one after the other: the second finds what the first has done.
      std::vector<absl::StatusOr<v1::EarnPointsResponse>> answers(2, absl::UnknownError(""));
      const auto ask = [&](size_t which) {
        v1::EarnPointsResponse response;
        Process& process = which == 0 ? *world.process : other;
        const absl::Status status =
            process.Call(handlers::EarnPoints, Earning(member, id), &response);
        if (status.ok()) {
          answers[which] = response;
        } else {
          answers[which] = status;
        }
      };
      if (i % 3 == 0) {
        std::thread first(ask, 0);
        ask(1);
        first.join();
      } else {
        ask(0);
        ask(1);
      }
      ++sent;
      if (!answers[0].ok() || !answers[1].ok() ||
          answers[0]->entry().entry_id() != answers[1]->entry().entry_id()) {
        ++failed;
        continue;
      }
      const std::lock_guard lock(mutex);
      entry_of_request[id] = answers[0]->entry().entry_id();
    }
  };
  std::vector<std::thread> callers;
  for (int i = 0; i < kCallers; ++i) callers.emplace_back(caller, i);
  // Time goes on with the calls, so that midnight comes in their midst.
  for (int last = 0; last < kCallers * kRequests;) {
    const int now = sent;
    world.clock.Advance(absl::Milliseconds(4) * (now - last));
    last = now;
    std::this_thread::yield();
  }
  for (std::thread& thread : callers) thread.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(DayOf(world.clock.Now()), day + 1);
  EXPECT_EQ(entry_of_request.size(), static_cast<size_t>(kCallers * kRequests));
  EXPECT_EQ(world.Balance(member).active(), kCallers * kRequests);
  for (const int of : {day, day + 1}) {
    EXPECT_NE(world.database.Admin("SELECT count(*) FROM entries_d" + std::to_string(of))[0], "0");
  }
  const auto proof = world.Verify();
  EXPECT_TRUE(proof.valid()) << proof.DebugString();
}

}  // namespace
}  // namespace laurel::members
