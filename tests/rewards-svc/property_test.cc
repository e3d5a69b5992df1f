// Random sequences of commands, lost and late calls, refusals and drivers that die between any two
// steps; when the faults stop, everything ends within a minute and nothing is lost, doubled or
// left half done. A driver keeps nothing in memory: to drop a claim half way is what a crash does.
//
// LAUREL_TEST_SEED repeats a run, LAUREL_TEST_SEQUENCES makes it longer or shorter.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "lib/client/channel.h"
#include "lib/log/log.h"
#include "rewards-svc/handlers/begin.h"
#include "rewards-svc/store/sagas.h"
#include "tests/rewards-svc/matchers.h"
#include "tests/rewards-svc/model.h"
#include "tests/rewards-svc/world.h"

namespace laurel::rewards {
namespace {

constexpr int kOperations = 50;

uint64_t EnvironmentOr(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr || *text == '\0' ? otherwise : std::strtoull(text, nullptr, 10);
}

class Sequence {
 public:
  explicit Sequence(uint64_t seed) : random_(seed) {
    for (int i = 0; i < 3; ++i) {
      members_.push_back(world_.NewMember(0));
      Give(members_.back(), Below(60));
      const int64_t stock = Below(4);
      rewards_.push_back(world_.MakeReward(10 + Below(20), stock).reward_id());
      ledger_.stock_given[rewards_.back()] = stock;
    }
  }

  void Run() {
    for (int i = 0; i < kOperations; ++i) {
      SetFates();
      Step();
      if (Below(3) == 0) world_.members().TakeEffectLate();
      if (Below(3) == 0) world_.Advance(absl::Milliseconds(Below(12'000)));
    }
    // The faults stop. A call that is still on its way may arrive, or never does.
    world_.members().Fates({});
    for (const std::string& member : members_) world_.members().Block(member, false);
    if (Below(2) == 0) {
      while (world_.members().TakeEffectLate()) {
      }
    }
    EXPECT_TRUE(world_.SettleAll()) << "a saga has not ended after 60 s";
    CheckWhole(world_, ledger_);
  }

 private:
  int64_t Below(int64_t limit) {
    return static_cast<int64_t>(random_() % static_cast<uint64_t>(limit));
  }
  const std::string& Any(const std::vector<std::string>& from) {
    return from[static_cast<size_t>(Below(static_cast<int64_t>(from.size())))];
  }
  void Give(const std::string& member, int64_t points) {
    world_.members().Give(member, points);
    ledger_.points_given[member] += points;
  }
  void SetFates() {
    std::deque<Fate> fates;
    for (int i = 0; i < 3; ++i) {
      fates.push_back(Below(2) == 0 ? Fate::kAnswered : static_cast<Fate>(Below(6)));
    }
    world_.members().Fates(std::move(fates));
  }

  void Step() {
    switch (Below(13)) {
      case 0:
      case 1:
        return Redeem(NewRequest());
      case 2:
        return Redeem(Again());
      case 3:
        return BeginAndDie();
      case 4:
        return Cancel();
      case 5:
        return CancelAndDie();
      case 6:
        return DriveAndDie();
      case 7:
        EXPECT_THAT(world_.sagas().DriveNextDue(), IsOk());
        return;
      case 8:
        return Use();
      case 9:
        return Give(Any(members_), Below(30));
      case 10:
        return world_.members().Block(Any(members_), Below(3) == 0);
      case 11:
        return Adjust();
      case 12:
        return Overtake();
    }
  }

  struct Request {
    std::string request_id;
    std::string member;
    std::string reward;
  };
  Request NewRequest() {
    requests_.push_back({world_.NewRequestId(), Any(members_), Any(rewards_)});
    return requests_.back();
  }
  Request Again() {
    if (requests_.empty()) return NewRequest();
    return requests_[static_cast<size_t>(Below(static_cast<int64_t>(requests_.size())))];
  }

  void Redeem(const Request& request) {
    const auto answer = world_.Redeem(request.member, request.reward, request.request_id);
    if (!answer.ok()) {
      EXPECT_NE(answer.status().code(), absl::StatusCode::kInternal) << answer.status();
      // An id that has succeeded once always finds its answer.
      EXPECT_FALSE(ledger_.answered.contains(request.request_id)) << answer.status();
      return;
    }
    const auto [known, fresh] =
        ledger_.answered.emplace(request.request_id, answer->redemption_id());
    EXPECT_EQ(known->second, answer->redemption_id());
    EXPECT_EQ(answer->state(), v1::REDEMPTION_STATE_ISSUED);
    EXPECT_EQ(answer->coupon_code().size(), 20U);
    if (fresh) redemptions_.push_back(answer->redemption_id());
  }

  // Dies after its first step, or after the call and before it wrote what followed.
  void Die(const absl::StatusOr<handlers::Begun>& begun) {
    if (!begun.ok() || !begun->claim) return;
    if (Below(2) == 0) world_.sagas().Ask(scope_, *begun->claim);
  }
  void BeginAndDie() {
    const Request request = NewRequest();
    Die(handlers::BeginRedemption(
        world_.deps(), World::AsMember(request.member),
        world_.RedeemRequest(request.member, request.reward, request.request_id)));
  }
  void CancelAndDie() {
    if (redemptions_.empty()) return;
    Die(handlers::BeginCancellation(
        world_.deps(), World::AsStaff(),
        world_.CancelRequest(Any(redemptions_), world_.NewRequestId())));
  }
  // The worker, which may die before or after the call, or stand still and write too late.
  void DriveAndDie() {
    std::optional<Claim> claim;
    EXPECT_THAT(world_.deps().pool.Transact(scope_.deadline,
                                            [&](db::Tx& tx) -> absl::Status {
                                              LAUREL_ASSIGN_OR_RETURN(
                                                  claim, ClaimDueSaga(tx, world_.machine().Now()));
                                              return absl::OkStatus();
                                            }),
                IsOk());
    if (!claim || Below(4) == 0) return;
    const std::string member = base::EncodeId("mem", claim->redemption.member_id);
    world_.members().Block(member, Below(2) == 0);
    const Answer answer = world_.sagas().Ask(scope_, *claim);
    if (Below(4) == 0) return;
    world_.members().Block(member, Below(2) == 0);
    if (Below(2) == 0) world_.members().TakeEffectLate();
    if (Below(4) != 0) world_.Advance(kLease);
    if (Below(2) == 0) world_.DriveDue();
    EXPECT_THAT(world_.sagas().Apply(scope_, *claim, answer), IsOk());
  }

  // A call that is stuck on its way while the next one is refused, and arrives when it can succeed.
  void Overtake() {
    const Request request = NewRequest();
    Give(request.member, 30);
    world_.members().Block(request.member, true);
    world_.members().Fates({Fate::kLate, Below(2) == 0 ? Fate::kAnswered : Fate::kRequestLost});
    Redeem(request);
    if (Below(2) == 0) DriveAndDie();
    world_.members().Block(request.member, false);
    if (Below(4) != 0) world_.members().TakeEffectLate();
  }

  void Cancel() {
    if (redemptions_.empty()) return;
    const std::string id = Any(redemptions_);
    const auto answer = world_.Cancel(id, world_.NewRequestId());
    if (answer.ok()) {
      EXPECT_EQ(world_.Get(id)->state(), v1::REDEMPTION_STATE_CANCELLED);
    } else {
      EXPECT_NE(answer.status().code(), absl::StatusCode::kInternal) << answer.status();
    }
  }
  void Use() {
    if (redemptions_.empty()) return;
    const std::string id = Any(redemptions_);
    const auto answer = world_.Use(id, world_.NewRequestId());
    if (answer.ok()) {
      EXPECT_EQ(world_.Get(id)->state(), v1::REDEMPTION_STATE_USED);
    }
  }
  void Adjust() {
    const std::string reward = Any(rewards_);
    const int64_t delta = Below(5) - 2;
    if (delta == 0) return;
    if (world_.Adjust(reward, delta, world_.NewRequestId()).ok()) {
      ledger_.stock_given[reward] += delta;
    }
  }

  std::mt19937_64 random_;
  World world_;
  const trace::Scope scope_ = client::Background(absl::Minutes(10));
  Ledger ledger_;
  std::vector<std::string> members_;
  std::vector<std::string> rewards_;
  std::vector<Request> requests_;
  std::vector<std::string> redemptions_;
};

TEST(Property, PointsSpentExactlyForWhatIsIssued) {
  log::SetSink([](std::string_view) {});  // thousands of calls that were lost on purpose
  const uint64_t seed = EnvironmentOr("LAUREL_TEST_SEED", std::random_device{}());
  const uint64_t sequences = EnvironmentOr("LAUREL_TEST_SEQUENCES", 200);
  for (uint64_t i = 0; i < sequences && !::testing::Test::HasFailure(); ++i) {
    SCOPED_TRACE(::testing::Message() << "LAUREL_TEST_SEED=" << seed + i);
    Sequence(seed + i).Run();
  }
  log::SetSink({});
  std::printf("%d sequences of %d operations from LAUREL_TEST_SEED=%llu\n",
              static_cast<int>(sequences), kOperations, static_cast<unsigned long long>(seed));
}

}  // namespace
}  // namespace laurel::rewards
