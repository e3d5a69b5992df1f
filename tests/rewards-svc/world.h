// rewards-svc in a test: its handlers over a real database, a fake members-svc, clocks that stand
// still until they are told otherwise.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "laurel/events/v1/event.pb.h"
#include "laurel/rewards/v1/reward.pb.h"
#include "lib/base/clock.h"
#include "lib/events/consumer.h"
#include "lib/metrics/registry.h"
#include "lib/outbox/relay.h"
#include "lib/server/call.h"
#include "rewards-svc/deps.h"
#include "rewards-svc/jobs/members_client.h"
#include "rewards-svc/jobs/saga_driver.h"
#include "tests/rewards-svc/fake_members.h"
#include "tests/testing/database.h"

namespace laurel::rewards {

class World {
 public:
  // Empties the database that the program's tests share.
  World();

  testing::TestDatabase& database() { return database_; }
  const Deps& deps() const { return deps_; }
  FakeMembers& members() { return members_; }
  SagaDriver& sagas() { return sagas_; }
  Metrics& metrics() { return metrics_; }
  base::IdSource& ids() { return ids_; }
  base::ManualClock& clock() { return clock_; }
  base::ManualClock& machine() { return machine_; }
  outbox::Relay& relay() { return relay_; }

  // Both clocks; what members-svc has not done by the end of its lease, it never does.
  void Advance(absl::Duration by);
  // As the worker does, until nothing is due at present; how many steps that took.
  int DriveDue();
  // Lets time pass until no saga waits; false after 60 s.
  bool SettleAll();

  std::string NewMember(int64_t points);
  std::string NewRequestId();
  static server::Call AsStaff();
  static server::Call AsMember(const std::string& member_id);

  v1::Reward MakeReward(int64_t price, int64_t stock);
  v1::Reward MakeUncountedReward(int64_t price);
  absl::StatusOr<v1::Reward> Create(const v1::CreateRewardRequest& request);
  absl::StatusOr<v1::Reward> Adjust(const std::string& reward_id, int64_t delta,
                                    const std::string& request_id);
  v1::Reward Reward(const std::string& reward_id);
  int64_t Stock(const std::string& reward_id) { return Reward(reward_id).stock(); }

  v1::RedeemRewardRequest RedeemRequest(const std::string& member_id, const std::string& reward_id,
                                        const std::string& request_id) const;
  absl::StatusOr<v1::Redemption> Redeem(const std::string& member_id, const std::string& reward_id,
                                        const std::string& request_id);
  v1::CancelRedemptionRequest CancelRequest(const std::string& redemption_id,
                                            const std::string& request_id) const;
  absl::StatusOr<v1::Redemption> Cancel(const std::string& redemption_id,
                                        const std::string& request_id);
  absl::StatusOr<v1::Redemption> Use(const std::string& redemption_id,
                                     const std::string& request_id);
  absl::StatusOr<v1::Redemption> Get(const std::string& redemption_id,
                                     const server::Call& call = AsStaff());

  // Every event in the outbox, in the order in which the relay would deliver.
  std::vector<events::v1::Event> Events();
  std::string program_id() const { return program_id_; }

 private:
  static testing::TestDatabase& SharedDatabase();
  absl::StatusOr<v1::Reward> CreateNew(int64_t price, bool limited, int64_t stock);

  testing::TestDatabase& database_;
  base::ManualClock clock_;
  base::ManualClock machine_;
  base::IdSource ids_;
  const std::string program_id_;
  metrics::Registry registry_{"rewards"};
  Metrics metrics_{registry_};
  FakeMembers members_{machine_};
  MembersClient client_{members_.Channel()};
  outbox::Relay relay_;
  SagaDriver sagas_;
  events::Consumer consumer_;
  Deps deps_;
};

}  // namespace laurel::rewards
