// 20,000 operations of every kind, from many clients at once over gRPC to two processes, more than
// a fifth sent again with the same or with other content, days passing in between, against a model
// that replays what was acknowledged through the pure functions of the domain.
#include <gtest/gtest.h>

#include <deque>
#include <mutex>
#include <random>
#include <thread>

#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "lib/log/log.h"
#include "lib/status/error.h"
#include "members-svc/jobs/expire_reservations.h"
#include "members-svc/jobs/settle_due.h"
#include "members-svc/store/ledger_rows.h"
#include "tests/members-svc/ledger/ledger_judge.h"

namespace laurel::members {
namespace {

using testing::Asked;
using testing::Attempt;
using testing::Known;
using testing::LedgerClient;
using testing::Process;
using testing::RandomCommands;
using testing::ServedLedger;
using testing::WalletKey;
using testing::World;

constexpr int kClients = 64;
constexpr int kOperations = 20000;
constexpr int kDays = 8;
constexpr int kMembers = 40;
constexpr int kHot = 3;  // members who get a quarter of everything
// Past a midnight; no instant at which a reservation ends is near.
constexpr absl::Duration kDay = absl::Hours(26);

v1::WalletType TypeOf(const std::string& code, int days, v1::BelowZeroPolicy below_zero) {
  v1::WalletType type;
  type.set_code(code);
  type.set_singular("point");
  type.set_plural("points");
  type.mutable_expiry()->set_form(v1::ExpiryPolicy::FORM_DAYS);
  type.mutable_expiry()->set_count(days);
  type.set_below_zero(below_zero);
  type.set_transfers(v1::TRANSFER_POLICY_KEEP_EXPIRY);
  type.set_reinstate_days(3);
  return type;
}

// Between them every policy of pending, expiry, below zero, claw-back and transfers.
std::vector<v1::WalletType> Types() {
  auto points = TypeOf("points", 3, v1::BELOW_ZERO_POLICY_REFUSE);
  points.set_max_open_lots(3);
  auto deep = TypeOf("deep", 4, v1::BELOW_ZERO_POLICY_OVERDRAFT);
  deep.set_overdraft_limit(60);
  deep.set_pending_days(1);
  deep.set_claw_back(v1::CLAW_BACK_POLICY_UNLIMITED);
  deep.set_transfers(v1::TRANSFER_POLICY_RESTART_EXPIRY);
  auto waiting = TypeOf("waiting", 3, v1::BELOW_ZERO_POLICY_CLAMP);
  waiting.set_pending_event_days(2);
  waiting.set_claw_back(v1::CLAW_BACK_POLICY_WITHIN_BALANCE);
  waiting.set_max_balance(400);
  waiting.set_max_balance_effect(v1::CAP_EFFECT_TRIM);
  waiting.set_transfers(v1::TRANSFER_POLICY_NOT_ALLOWED);
  auto sliding = TypeOf("sliding", 2, v1::BELOW_ZERO_POLICY_REFUSE);
  sliding.mutable_expiry()->add_sliding_on(v1::ExpiryPolicy::ACTIVITY_EARN);
  sliding.mutable_expiry()->add_sliding_on(v1::ExpiryPolicy::ACTIVITY_SPEND);
  sliding.set_claw_back(v1::CLAW_BACK_POLICY_ONLY_PENDING);
  return {points, deep, waiting, sliding};
}

// What the clients share: the two processes, what members can name, requests for a neighbour.
class Town {
 public:
  Town() : other_(world.database, world.clock) {
    world.MakeProgram(Types());
    for (const v1::WalletType& type : Types()) {
      codes.push_back(type.code());
      types.push_back({.wallet_no = static_cast<int>(codes.size()), .policy = type});
    }
    for (int i = 0; i < kMembers; ++i) {
      members.push_back(*base::DecodeId("mem", world.Enrol("m" + std::to_string(i))));
    }
    served_.push_back(std::make_unique<ServedLedger>(*world.process));
    served_.push_back(std::make_unique<ServedLedger>(other_));
  }

  ServedLedger& Served(size_t i) { return *served_[i % served_.size()]; }
  int64_t Tick() { return ++ticks_; }
  int64_t Conflicts() const {
    return world.process->ledger.counters().conflicts + other_.ledger.counters().conflicts;
  }

  Known KnownOf(const base::Uuid& member) {
    const std::lock_guard lock(mutex_);
    return known_[member];
  }
  void NoteEntry(const base::Uuid& member, v1::EntryKind kind, const std::string& id) {
    const std::lock_guard lock(mutex_);
    if (seen_.insert(id).second) known_[member].Note(kind, *base::DecodeId("ent", id));
  }
  void NoteReservation(const base::Uuid& member, const std::string& id) {
    const std::lock_guard lock(mutex_);
    known_[member].reservations.push_back(*base::DecodeId("rsv", id));
  }
  // What happened to members without their asking is something that they can name, too.
  void LookAtEntries() {
    const std::string newer =
        std::to_string(std::exchange(looked_us_, absl::ToUnixMicros(world.clock.Now())));
    for (const std::string& row : world.database.Admin(
             "SELECT concat_ws(' ', owner_id, wallet_no, create_us, seq, kind) FROM entries "
             "WHERE create_us > " +
             newer)) {
      const std::vector<std::string> at = absl::StrSplit(row, ' ');
      const base::Uuid owner = *base::ParseUuid(at[0]);
      const base::Uuid id =
          EntryIdOf(owner, std::stoi(at[1]), std::stoll(at[2]), std::stoll(at[3]));
      NoteEntry(owner, static_cast<v1::EntryKind>(std::stoi(at[4])), base::EncodeId("ent", id));
    }
  }

  void Leave(int client, Asked asked) {
    const std::lock_guard lock(mutex_);
    left_[client].push_back(std::move(asked));
  }
  std::optional<Asked> Take(int client) {
    const std::lock_guard lock(mutex_);
    auto& left = left_[client];
    if (left.empty()) return std::nullopt;
    Asked asked = std::move(left.front());
    left.pop_front();
    return asked;
  }

  // What is due: reservations are ended, wallets settled, by the other process.
  void RunJobs() {
    const std::atomic<bool> stopping = false;
    World::Check(ExpireReservations(*other_.pool, world.clock, other_.ledger).status());
    World::Check(SettleDueWallets(*other_.pool, world.clock, other_.ledger, {}, stopping).status());
  }

  std::map<WalletKey, std::vector<LedgerEntry>> AllEntries() {
    std::map<WalletKey, std::vector<LedgerEntry>> all;
    World::Check(world.process->pool->Read(absl::InfiniteFuture(), [&](db::Tx& tx) -> absl::Status {
      for (const base::Uuid& member : members) {
        for (const WalletTypeRules& type : types) {
          LAUREL_ASSIGN_OR_RETURN(
              const db::Rows rows,
              tx.Query("read_wallet_history", base::BucketOf(member), member, type.wallet_no));
          for (size_t i = 0; i < rows.size(); ++i) {
            LAUREL_ASSIGN_OR_RETURN(WrittenEntry written, EntryOf(rows[i]));
            all[{member, type.wallet_no}].push_back(std::move(written.entry));
          }
        }
      }
      return absl::OkStatus();
    }));
    return all;
  }

  World world;
  std::vector<std::string> codes;
  std::vector<WalletTypeRules> types;
  std::vector<base::Uuid> members;

 private:
  Process other_;
  std::vector<std::unique_ptr<ServedLedger>> served_;
  std::atomic<int64_t> ticks_{0};
  int64_t looked_us_ = 0;
  std::mutex mutex_;
  std::map<base::Uuid, Known> known_;
  std::set<std::string> seen_;
  std::map<int, std::deque<Asked>> left_;
};

class Client {
 public:
  Client(Town& town, uint64_t seed, int number)
      : town_(town),
        random_(seed),
        ids_(seed),
        number_(number),
        commands_([this](int n) { return Draw(n); }, town.codes),
        stubs_{LedgerClient(town.Served(0)), LedgerClient(town.Served(1))} {}

  void Run(int operations) {
    for (int i = 0; i < operations; ++i) {
      while (const auto left = town_.Take(number_)) Send(*left);
      const Asked asked = New();
      // Somebody else sends it too, at about the same time, perhaps to the other process.
      if (Draw(8) == 0) town_.Leave((number_ + 1) % kClients, Again(asked));
      Send(asked);
      if (Draw(8) == 0) Send(Again(asked));
    }
  }

  const std::vector<Attempt>& attempts() const { return attempts_; }

 private:
  int Draw(int n) { return static_cast<int>(random_() % static_cast<uint64_t>(n)); }

  Asked New() {
    const int from = Draw(Draw(4) == 0 ? kHot : kMembers);
    const int to = (from + 1 + Draw(kMembers - 1)) % kMembers;
    const base::Uuid& member = town_.members[static_cast<size_t>(from)];
    const absl::Time now = town_.world.clock.Now();
    const std::string id = Draw(2) == 0 ? base::ToString(ids_.Next(now))
                                        : absl::StrCat(number_, "-", attempts_.size());
    return {member, id,
            commands_.Next({member, town_.members[static_cast<size_t>(to)]}, town_.KnownOf(member),
                           now)};
  }
  Asked Again(Asked asked) {
    if (Draw(3) == 0) asked.what = testing::WithOtherContent(std::move(asked.what));
    return asked;
  }

  void Send(const Asked& asked) {
    Attempt attempt{.asked = asked,
                    .clock_us = absl::ToUnixMicros(town_.world.clock.Now()),
                    .sent = town_.Tick()};
    do {
      attempt.answer = stubs_[random_() % 2].Ask(asked.member, asked.request_id, asked.what);
    } while (MayBeRunAgain(attempt.answer.status));
    attempt.told = town_.Tick();
    const testing::Answer& answer = attempt.answer;
    if (answer.status.ok() && !answer.entry.entry_id().empty()) {
      town_.NoteEntry(asked.member, answer.entry.kind(), answer.entry.entry_id());
    }
    if (answer.status.ok() && answer.reservation.state() == v1::RESERVATION_STATE_OPEN) {
      town_.NoteReservation(asked.member, answer.reservation.reservation_id());
    }
    attempts_.push_back(std::move(attempt));
  }

  Town& town_;
  std::mt19937_64 random_;
  base::IdSource ids_;
  const int number_;
  RandomCommands<std::function<int(int)>> commands_;
  LedgerClient stubs_[2];
  std::vector<Attempt> attempts_;
};

// Runs all clients for kDays days; on every other day the jobs run beside them, on the others what
// is due is settled by whoever comes first.
std::vector<Attempt> LiveIn(Town& town, uint64_t seed) {
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(std::make_unique<Client>(town, seed + static_cast<uint64_t>(i), i));
  }
  int left = kOperations;
  for (int day = 0; day < kDays; ++day) {
    std::vector<std::thread> threads;
    if (day % 2 == 1) threads.emplace_back([&town] { town.RunJobs(); });
    const int today = left / (kDays - day);
    for (int i = 0; i < kClients; ++i) {
      const int operations = today / kClients + (i < today % kClients ? 1 : 0);
      threads.emplace_back(
          [&client = *clients[static_cast<size_t>(i)], operations] { client.Run(operations); });
    }
    for (std::thread& thread : threads) thread.join();
    left -= today;
    town.LookAtEntries();
    town.world.clock.Advance(kDay);
  }
  town.world.clock.Advance(4 * kDay);  // whatever is held still is over
  town.RunJobs();
  std::vector<Attempt> attempts;
  for (const auto& client : clients) {
    attempts.insert(attempts.end(), client->attempts().begin(), client->attempts().end());
  }
  return attempts;
}

std::set<std::string> Rows(World& world, const std::string& sql) {
  const auto rows = world.database.Admin(sql);
  return {rows.begin(), rows.end()};
}

// Each balance that the service tells is that of the wallet's newest entry.
void ExpectBalances(Town& town, const std::map<WalletKey, std::vector<LedgerEntry>>& stored) {
  for (const auto& [key, entries] : stored) {
    const auto balance = town.world.BalanceOf(base::EncodeId("mem", key.first),
                                              town.codes[static_cast<size_t>(key.second) - 1]);
    EXPECT_EQ(balance.seq(), entries.back().seq);
    EXPECT_EQ(balance.active(), entries.back().active_after);
    EXPECT_EQ(balance.pending(), entries.back().pending_after);
    EXPECT_EQ(balance.reserved(), entries.back().reserved_after);
  }
}

TEST(LedgerModel, TwentyThousandConcurrentOperationsEqualTheModel) {
  const char* given = std::getenv("LAUREL_TEST_SEED");
  const uint64_t seed = given != nullptr ? std::stoull(given) : std::random_device{}();
  std::printf("LAUREL_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
  // As the programs do (lib/server/main.cc).
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  log::SetSink([](std::string_view line) {  // refusals are thousands
    if (line.find(R"("level":"info")") == line.npos) std::fputs(std::string(line).c_str(), stderr);
  });
  Town town;
  const std::vector<Attempt> attempts = LiveIn(town, seed);
  log::SetSink({});
  EXPECT_GT(attempts.size(), static_cast<size_t>(kOperations) * 6 / 5);
  const auto stored = town.AllEntries();

  testing::LedgerJudge judge(town.types, stored, attempts);
  const auto faults = judge.Faults();
  EXPECT_EQ(faults.size(), 0U);
  for (size_t i = 0; i < std::min<size_t>(faults.size(), 10); ++i) ADD_FAILURE() << faults[i];
  EXPECT_EQ(judge.heads(),
            Rows(town.world,
                 "SELECT concat_ws(' ', owner_id, wallet_no, seq, active, pending, reserved, "
                 "lifetime_earned, lifetime_spent, lifetime_expired, lifetime_reversed, "
                 "lifetime_adjusted, last_us, encode(lots, 'hex')) FROM wallets WHERE seq > 0"));
  EXPECT_EQ(judge.reservations(),
            Rows(town.world, "SELECT concat_ws(' ', reservation_id, state) FROM reservations"));
  ExpectBalances(town, stored);

  int64_t count = 0;
  int64_t issued = 0;
  std::map<v1::EntryKind, int> kinds;
  for (const auto& [key, entries] : stored) {
    for (const LedgerEntry& entry : entries) {
      ++count;
      ++kinds[entry.kind];
      if (entry.account == Account::kIssued) issued += entry.active_delta + entry.pending_delta;
    }
  }
  const auto proof = town.world.Verify();
  EXPECT_TRUE(proof.valid()) << proof.DebugString();
  EXPECT_EQ(proof.entry_count(), count);
  EXPECT_EQ(proof.points_issued(), issued);
  for (int kind = 1; v1::EntryKind_IsValid(kind); ++kind) {
    EXPECT_GT(kinds[static_cast<v1::EntryKind>(kind)], 0) << kind << " was not shown";
  }
  EXPECT_GT(town.Conflicts(), 0) << "the processes never met";
}

}  // namespace
}  // namespace laurel::members
