// The relay and the inbox against the real database: two relays that compete for a lane, a consumer
// that fails before and after its commit, and a relay that wakes up after another has taken over.
// Each event takes effect once, per member in order.
#include "lib/outbox/relay.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "inbox_sql.h"
#include "lib/base/clock.h"
#include "lib/db/concat.h"
#include "lib/inbox/inbox.h"
#include "lib/outbox/outbox.h"
#include "lib/status/error.h"
#include "outbox_sql.h"
#include "tests/testing/database.h"

namespace laurel::outbox {
namespace {

constexpr int kMembers = 5;
constexpr int kRows = 300;

const std::vector<db::SqlText> kEffects = {
    {"9001_effects",
     "CREATE TABLE effects (member text PRIMARY KEY, seq bigint NOT NULL); "
     "GRANT SELECT, INSERT, UPDATE ON effects TO {app};"}};
// Takes the event only where it is the member's next one.
const std::vector<db::SqlText> kStatements = {
    {"apply_effect",
     "INSERT INTO effects AS e (member, seq) SELECT $1::text, $2::bigint WHERE $2::bigint = 1 OR "
     "EXISTS (SELECT FROM effects WHERE member = $1::text) ON CONFLICT (member) DO UPDATE SET seq "
     "= excluded.seq WHERE e.seq = excluded.seq - 1 RETURNING seq"}};

uint32_t Seed() {
  const char* const given = std::getenv("LAUREL_TEST_SEED");
  const uint32_t seed = given == nullptr ? std::random_device{}()
                                         : static_cast<uint32_t>(std::strtoul(given, nullptr, 10));
  std::cout << "seed: LAUREL_TEST_SEED=" << seed << std::endl;
  return seed;
}

class RelayTest : public ::testing::Test {
 protected:
  RelayTest()
      : database_("members",
                  db::Concat({&outbox::sql::Queries(), &inbox::sql::Queries(), &kStatements}),
                  db::Concat({&outbox::sql::Migrations(), &inbox::sql::Migrations(), &kEffects})) {}

  // Writes the next event of each of `members` as one row, as a service's transaction does.
  void Write(const std::vector<int>& members) {
    std::vector<events::v1::Event> events;
    for (const int member : members) {
      const base::Uuid id = ids_.Next(clock_.Now());
      events.push_back(MakeEvent({.id = id,
                                  .source = "members",
                                  .subject = absl::StrCat(++written_[member]),
                                  .program_id = "",
                                  .member_id = absl::StrCat("member ", member),
                                  .time = clock_.Now(),
                                  .traceparent = padding_}));
    }
    position_ += absl::Microseconds(1);
    const Row row = Pack(events, position_, ids_.Next(clock_.Now()));
    ASSERT_TRUE(
        database_.pool().Transact(Soon(), [&](db::Tx& tx) { return outbox::Write(tx, row); }).ok());
  }

  // The consumer: inbox and effects in one transaction. An event out of order is an error that
  // stays, so that the test cannot end well.
  absl::Status Consume(const events::v1::DeliverRequest& request) {
    return database_.pool().Transact(Soon(), [&](db::Tx& tx) -> absl::Status {
      LAUREL_ASSIGN_OR_RETURN(const auto fresh, inbox::Accept(tx, request, clock_.Now()));
      for (const events::v1::Event* event : fresh) {
        const int64_t seq = std::stoll(event->subject());
        LAUREL_ASSIGN_OR_RETURN(const db::Rows done,
                                tx.Query("apply_effect", event->member_id(), seq));
        if (done.empty()) return absl::InternalError(event->member_id() + " out of order");
      }
      return absl::OkStatus();
    });
  }

  std::unique_ptr<Relay> NewRelay(
      absl::Duration lease,
      std::function<absl::Status(const events::v1::DeliverRequest&)> deliver) {
    return std::make_unique<Relay>(
        database_.pool(), clock_, ids_,
        RelayOptions{
            .source = "members", .poll = absl::Milliseconds(5), .lease = lease, .max_rows = 4},
        std::vector<Subscriber>{{.name = "sink", .deliver = std::move(deliver)}});
  }

  // Every member's last event has taken effect; with the order, that is each of them once.
  void ExpectAllApplied() {
    std::vector<std::string> wanted;
    for (const auto& [member, seq] : written_)
      wanted.push_back(absl::StrCat("member ", member, "=", seq));
    EXPECT_EQ(database_.Admin("SELECT member || '=' || seq FROM effects ORDER BY member"), wanted);
  }

  static absl::Time Soon() { return absl::Now() + absl::Seconds(10); }

  base::SystemClock clock_;
  base::IdSource ids_;
  testing::TestDatabase database_;
  std::map<int, int64_t> written_;
  std::string padding_;  // makes events large
  absl::Time position_ = clock_.Now();
};

TEST_F(RelayTest, TwoRelaysAndAConsumerThatFailsApplyEachEventOnceInOrder) {
  std::mutex mutex;
  std::mt19937 random(Seed());
  const auto chance = [&](uint32_t percent) {
    const std::scoped_lock lock(mutex);
    return random() % 100 < percent;
  };
  std::atomic<int> failures = 0;
  const auto deliver = [&](const events::v1::DeliverRequest& request) -> absl::Status {
    if (chance(10)) return absl::UnavailableError("not there");
    const absl::Status done = Consume(request);
    if (done.ok() && chance(20)) {
      ++failures;
      return absl::UnavailableError("the acknowledgement is lost");
    }
    return done;
  };
  // A lease so short that it runs out in the middle of deliveries.
  const absl::Duration lease = absl::Milliseconds(3);
  std::vector<std::unique_ptr<Relay>> relays;
  for (int i = 0; i < 2; ++i) relays.push_back(NewRelay(lease, deliver));
  for (const auto& relay : relays) relay->Start();
  for (int row = 0; row < kRows; ++row) {
    Write({row % kMembers, (row + 1) % kMembers, row % kMembers});
    // As after a kill: another process with a name of its own goes on.
    if (row % 50 == 49) {
      relays[static_cast<size_t>(row / 50) % 2] = NewRelay(lease, deliver);
      relays[static_cast<size_t>(row / 50) % 2]->Start();
    }
  }
  const absl::Time end = absl::Now() + absl::Seconds(60);
  while (database_.Admin("SELECT count(*) FROM outbox") != std::vector<std::string>{"0"}) {
    ASSERT_LT(absl::Now(), end) << "the outbox does not empty";
  }
  for (const auto& relay : relays) relay->Stop();
  ExpectAllApplied();
  std::cout << kRows << " rows, " << failures << " acknowledgements lost" << std::endl;
}

TEST_F(RelayTest, ARelayThatWakesUpTooLateIsRefused) {
  Write({1, 2});
  const auto late = NewRelay(absl::ZeroDuration(), [&](const events::v1::DeliverRequest& request) {
    // While it stands still, another takes the lane, delivers these rows and one more.
    Write({1});
    const auto next = NewRelay(absl::Minutes(1), [&](const auto& more) { return Consume(more); });
    EXPECT_EQ(next->Round(0).value_or(-1), 2);
    return Consume(request);
  });
  const absl::Status refused = late->Round(0).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status::ReasonOf(refused), "STALE_FENCE");
  ExpectAllApplied();
  EXPECT_EQ(late->Round(0).value_or(-1), 0);
}

// A row that is larger than a consumer takes goes in parts, and is gone after the last of them.
TEST_F(RelayTest, ARowThatIsTooLargeGoesInSeveralDeliveries) {
  std::vector<int> many;
  for (int i = 0; i < 5000; ++i) many.push_back(i % kMembers);
  Write(many);
  Write({1, 2});
  padding_ = std::string(size_t{900} << 10, 'x');
  Write({1, 1, 2, 1, 3, 1, 2});
  padding_.clear();
  Write({3});
  bool fails = true;
  size_t largest = 0;
  const auto relay =
      NewRelay(absl::Minutes(1), [&](const events::v1::DeliverRequest& request) -> absl::Status {
        largest = std::max(largest, request.ByteSizeLong());
        if (request.events_size() > 2000 || request.ByteSizeLong() > (4 << 20)) {
          return absl::ResourceExhaustedError("more than a consumer takes");
        }
        LAUREL_RETURN_IF_ERROR(Consume(request));
        // The answer to a part in the middle is lost.
        return std::exchange(fails, false) ? absl::UnavailableError("lost") : absl::OkStatus();
      });
  EXPECT_FALSE(relay->Round(0).ok());
  while (database_.Admin("SELECT count(*) FROM outbox") != std::vector<std::string>{"0"}) {
    const auto more = relay->Round(0);
    ASSERT_TRUE(more.ok()) << more.status();
  }
  EXPECT_GT(largest, size_t{1} << 20);
  ExpectAllApplied();
}

TEST_F(RelayTest, ARolledBackTransactionEmitsNothing) {
  const absl::Status status = database_.pool().Transact(Soon(), [&](db::Tx& tx) -> absl::Status {
    LAUREL_RETURN_IF_ERROR(outbox::Write(tx, Pack({MakeEvent({.id = ids_.Next(clock_.Now()),
                                                              .source = "members",
                                                              .subject = "1",
                                                              .program_id = "",
                                                              .member_id = "member 1",
                                                              .time = clock_.Now(),
                                                              .traceparent = ""})},
                                                  position_, ids_.Next(clock_.Now()))));
    return absl::AbortedError("changed its mind");
  });
  EXPECT_FALSE(status.ok());
  const auto relay = NewRelay(absl::Seconds(10), [](const auto&) { return absl::OkStatus(); });
  EXPECT_EQ(relay->Round(0).value_or(-1), 0);
}

}  // namespace
}  // namespace laurel::outbox
