#include "tests/members-svc/history/mini_ledger.h"

#include <array>
#include <map>
#include <optional>
#include <random>

#include "absl/strings/str_cat.h"

namespace laurel::members::history {
namespace {

constexpr int kClients = 8;
constexpr int kWallets = 3;
constexpr int kProcesses = 2;
constexpr int kSteps = 4000;

struct Head {
  int64_t seq = 0;
  int64_t active = 0;
};

// What a request id stands for.
struct Known {
  Row row;
  int64_t amount = 0;
  Kind kind = Kind::kEarn;
};

// A call on its way through a process.
struct Work {
  enum class Phase { kLoad, kCommit, kKey, kAnswer };
  Attempt attempt;
  int process = 0;
  Phase phase = Phase::kLoad;
  Head seen = {};
  std::optional<Row> key_to_write = {};
};

class MiniLedger {
 public:
  MiniLedger(uint64_t seed, Bug bug) : random_(seed), bug_(bug) {}

  Story Tell() {
    for (now_ = 1; now_ <= kSteps; ++now_) {
      const size_t client = Draw(kClients);
      if (!works_[client]) {
        works_[client] = Work{.attempt = NextCall(client), .process = static_cast<int>(Draw(2))};
      } else {
        Step(client);
      }
      if (Draw(150) == 0) Crash(static_cast<int>(Draw(kProcesses)));
    }
    for (size_t client = 0; client < kClients; ++client) {
      if (works_[client]) Lose(client);
    }
    return std::move(story_);
  }

 private:
  uint64_t Draw(uint64_t below) { return random_() % below; }

  // A new call, one again whose answer is not known, or one that was answered.
  Attempt NextCall(size_t client) {
    std::vector<Attempt>& mine = sent_[client];
    if (!mine.empty() && (mine.back().outcome == Outcome::kUnknown || Draw(6) == 0)) {
      Attempt again = mine[mine.size() - 1 - Draw(std::min<size_t>(mine.size(), 3))];
      if (mine.back().outcome == Outcome::kUnknown) again = mine.back();
      if (again.outcome != Outcome::kUnknown && Draw(4) == 0) again.amount += 1;
      return {.request_id = again.request_id,
              .wallet = again.wallet,
              .kind = again.kind,
              .amount = again.amount,
              .sent = now_};
    }
    const auto wallet = static_cast<int>(Draw(kWallets));
    if (Draw(5) == 0) return {.wallet = wallet, .kind = Kind::kRead, .sent = now_};
    return {.request_id = absl::StrCat(client, "-", now_),
            .wallet = wallet,
            .kind = Draw(2) == 0 ? Kind::kEarn : Kind::kSpend,
            .amount = static_cast<int64_t>(Draw(20)) + 1,
            .sent = now_};
  }

  void Step(size_t client) {
    Work& work = *works_[client];
    switch (work.phase) {
      case Work::Phase::kLoad:
        return Load(client, work);
      case Work::Phase::kCommit:
        return Commit(client, work);
      case Work::Phase::kKey:
        if (work.key_to_write) Register(work.attempt, *work.key_to_write);
        work.phase = Work::Phase::kAnswer;
        return;
      case Work::Phase::kAnswer:
        return Answer(client);
    }
  }

  void Load(size_t client, Work& work) {
    Attempt& call = work.attempt;
    const Head& head = heads_[static_cast<size_t>(call.wallet)];
    work.seen = head;
    work.phase = Work::Phase::kCommit;
    if (call.kind == Kind::kRead) {
      auto& last = last_seen_[static_cast<size_t>(work.process)][static_cast<size_t>(call.wallet)];
      if (bug_ != Bug::kStaleRead || Draw(3) != 0) last = head.active;
      Done(work, Row{.after = last});
      return;
    }
    const auto known = known_.find(call.request_id);
    if (known != known_.end() && bug_ != Bug::kNoKeyLookup) {
      const bool same = known->second.amount == call.amount && known->second.kind == call.kind;
      if (!same && bug_ != Bug::kContentIgnored) return Refuse(work, "REQUEST_ID_REUSED");
      Row row = known->second.row;
      if (bug_ == Bug::kAnotherAnswer) row.after = head.active;
      return Done(work, row);
    }
    if (call.kind == Kind::kSpend && head.active < call.amount) {
      if (bug_ == Bug::kRefusedButWritten) Write(call, head, call.wallet);
      return Refuse(work, "INSUFFICIENT_POINTS");
    }
    if (bug_ == Bug::kAcknowledgedBeforeCommit) {
      Tell(client, Outcome::kDone, RowOf(call, head, call.wallet));
    }
  }

  void Commit(size_t client, Work& work) {
    const Attempt call = work.attempt;
    const bool moved = heads_[static_cast<size_t>(call.wallet)].seq != work.seen.seq;
    const bool stale = bug_ != Bug::kNoGuardOnSeq && moved;
    const bool unguarded = bug_ == Bug::kNoKeyLookup || bug_ == Bug::kNoGuardOnSeq;
    if (stale || (!unguarded && known_.contains(call.request_id))) {
      work.phase = Work::Phase::kLoad;
      return;
    }
    const int wallet =
        bug_ == Bug::kWrongWallet && Draw(10) == 0 ? (call.wallet + 1) % kWallets : call.wallet;
    if (bug_ == Bug::kHeadWithoutEntry && Draw(20) == 0) {
      Head& head = heads_[static_cast<size_t>(call.wallet)];
      head = {head.seq + 1, head.active + (call.kind == Kind::kEarn ? call.amount : -call.amount)};
      return Lose(client);
    }
    const Head& base = wallet == call.wallet ? work.seen : heads_[static_cast<size_t>(wallet)];
    const Row row = Write(call, base, wallet);
    if (bug_ == Bug::kKeyInAnotherTransaction) {
      work.key_to_write = row;
      work.phase = Work::Phase::kKey;
    } else {
      Register(call, row);
    }
    if (told_early_.contains(client)) {
      told_early_.erase(client);
      works_[client].reset();
      return;
    }
    if (Draw(25) == 0) {  // the commit's answer is lost on its way to the process
      if (bug_ == Bug::kUnknownTakenForFailed) return Refuse(work, "DATABASE_ERROR");
      if (bug_ != Bug::kKeyInAnotherTransaction) work.phase = Work::Phase::kLoad;
      return;
    }
    work.attempt.seq = row.seq;
    work.attempt.after = row.after;
    work.attempt.outcome = Outcome::kDone;
    if (work.phase != Work::Phase::kKey) work.phase = Work::Phase::kAnswer;
  }

  static Row RowOf(const Attempt& call, const Head& base, int wallet) {
    const int64_t delta = call.kind == Kind::kEarn ? call.amount : -call.amount;
    return {wallet, base.seq + 1, delta, base.active + delta, call.request_id};
  }
  Row Write(const Attempt& call, const Head& base, int wallet) {
    Row row = RowOf(call, base, wallet);
    heads_[static_cast<size_t>(wallet)] = {row.seq, row.after};
    story_.rows.push_back(row);
    return row;
  }
  void Register(const Attempt& call, const Row& row) {
    known_.try_emplace(call.request_id, Known{row, call.amount, call.kind});
  }

  static void Done(Work& work, const Row& row) {
    work.attempt.outcome = Outcome::kDone;
    work.attempt.seq = row.seq;
    work.attempt.after = row.after;
    work.phase = Work::Phase::kAnswer;
  }
  static void Refuse(Work& work, const std::string& reason) {
    work.attempt.outcome = Outcome::kRefused;
    work.attempt.reason = reason;
    work.phase = Work::Phase::kAnswer;
  }

  // The client is told now; the work goes on.
  void Tell(size_t client, Outcome outcome, const Row& row) {
    Attempt attempt = works_[client]->attempt;
    attempt.outcome = outcome;
    attempt.seq = row.seq;
    attempt.after = row.after;
    attempt.told = now_;
    Note(client, attempt);
    told_early_[client] = true;
  }
  void Answer(size_t client) {
    Attempt attempt = works_[client]->attempt;
    if (!told_early_.contains(client)) {
      attempt.told = now_;
      Note(client, attempt);
    }
    told_early_.erase(client);
    works_[client].reset();
  }
  void Lose(size_t client) {
    if (!told_early_.contains(client)) {
      Attempt attempt = works_[client]->attempt;
      attempt.outcome = Outcome::kUnknown;
      attempt.told = kNever;
      attempt.seq = attempt.after = 0;
      Note(client, attempt);
    }
    told_early_.erase(client);
    works_[client].reset();
  }
  void Note(size_t client, const Attempt& attempt) {
    story_.attempts.push_back(attempt);
    if (attempt.kind != Kind::kRead) sent_[client].push_back(attempt);
  }
  void Crash(int process) {
    for (size_t client = 0; client < kClients; ++client) {
      if (works_[client] && works_[client]->process == process) Lose(client);
    }
  }

  std::mt19937_64 random_;
  const Bug bug_;
  int64_t now_ = 0;
  std::array<Head, kWallets> heads_{};
  std::map<std::string, Known> known_;
  std::array<std::array<int64_t, kWallets>, kProcesses> last_seen_{};
  std::array<std::optional<Work>, kClients> works_;
  std::array<std::vector<Attempt>, kClients> sent_;
  std::map<size_t, bool> told_early_;
  Story story_;
};

}  // namespace

Story Tell(uint64_t seed, Bug bug) { return MiniLedger(seed, bug).Tell(); }

}  // namespace laurel::members::history
