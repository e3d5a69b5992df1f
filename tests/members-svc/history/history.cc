#include "tests/members-svc/history/history.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"

namespace laurel::members::history {
namespace {

constexpr size_t kMostFaults = 20;

int64_t DeltaOf(const Attempt& attempt) {
  return attempt.kind == Kind::kEarn ? attempt.amount : -attempt.amount;
}

// All attempts under one request id.
struct Request {
  std::vector<const Attempt*> attempts;
  const Row* row = nullptr;
  int64_t first_sent = kNever;
  int64_t first_told_done = kNever;
};

class Check {
 public:
  Check(const std::vector<Attempt>& attempts, const std::vector<Row>& rows) : attempts_(attempts) {
    for (const Row& row : rows) wallets_[row.wallet].push_back(&row);
    for (auto& [wallet, entries] : wallets_) {
      std::sort(entries.begin(), entries.end(),
                [](const Row* a, const Row* b) { return a->seq < b->seq; });
    }
    for (const Attempt& attempt : attempts) {
      if (attempt.kind == Kind::kRead) continue;
      Request& request = requests_[attempt.request_id];
      request.attempts.push_back(&attempt);
      request.first_sent = std::min(request.first_sent, attempt.sent);
      if (attempt.outcome == Outcome::kDone) {
        request.first_told_done = std::min(request.first_told_done, attempt.told);
      }
    }
  }

  std::vector<std::string> Run() {
    for (const auto& [wallet, entries] : wallets_) CheckChain(wallet, entries);
    for (const auto& [id, request] : requests_) CheckRequest(id, request);
    for (const auto& [wallet, entries] : wallets_) CheckOrder(wallet, entries);
    for (const Attempt& attempt : attempts_) {
      if (attempt.kind == Kind::kRead && attempt.outcome == Outcome::kDone) CheckRead(attempt);
      if (attempt.outcome == Outcome::kRefused && attempt.reason == "INSUFFICIENT_POINTS") {
        CheckRefusal(attempt);
      }
    }
    return std::move(faults_);
  }

 private:
  template <typename... Parts>
  void Fault(const Parts&... parts) {
    if (faults_.size() < kMostFaults) faults_.push_back(absl::StrCat(parts...));
  }

  void CheckChain(int wallet, const std::vector<const Row*>& entries) {
    int64_t seq = 0;
    int64_t active = 0;
    for (const Row* row : entries) {
      ++seq;
      active += row->delta;
      if (row->seq != seq) Fault("wallet ", wallet, ": seq ", row->seq, " where ", seq, " belongs");
      if (row->after != active) {
        Fault("wallet ", wallet, " seq ", row->seq, ": balance ", row->after, ", entries sum to ",
              active);
      }
      if (active < 0) Fault("wallet ", wallet, " seq ", row->seq, ": below zero");
      seq = row->seq;
      active = row->after;
      const auto request = requests_.find(row->request_id);
      if (request == requests_.end()) {
        Fault("a phantom: nobody sent ", row->request_id);
      } else if (request->second.row != nullptr) {
        Fault("doubled: ", row->request_id);
      } else {
        request->second.row = row;
      }
    }
  }

  void CheckRequest(const std::string& id, const Request& request) {
    bool may_be_there = false;
    bool right_content = false;
    const Attempt* done = nullptr;
    for (const Attempt* attempt : request.attempts) {
      may_be_there |= attempt->outcome != Outcome::kRefused;
      right_content |= request.row != nullptr && attempt->outcome != Outcome::kRefused &&
                       attempt->wallet == request.row->wallet &&
                       DeltaOf(*attempt) == request.row->delta;
      if (attempt->outcome == Outcome::kRefused && attempt->sent > request.first_told_done &&
          attempt->reason != "REQUEST_ID_REUSED") {
        Fault(id, ": refused (", attempt->reason, ") after it had been acknowledged");
      }
      if (attempt->outcome != Outcome::kDone) continue;
      if (request.row == nullptr) {
        Fault("lost: ", id, " was acknowledged and is not there");
      } else if (attempt->seq != request.row->seq || attempt->after != request.row->after ||
                 attempt->wallet != request.row->wallet ||
                 DeltaOf(*attempt) != request.row->delta) {
        Fault(id, ": answered with seq ", attempt->seq, ", balance ", attempt->after,
              "; the entry says ", request.row->seq, ", ", request.row->after);
      }
      if (done != nullptr && (done->seq != attempt->seq || done->after != attempt->after)) {
        Fault(id, ": two answers");
      }
      done = attempt;
    }
    if (request.row == nullptr) return;
    if (!may_be_there) Fault(id, ": refused, and there");
    if (may_be_there && !right_content) Fault(id, ": another content than was sent");
  }

  // Of two entries the later must not have been acknowledged before the earlier was sent.
  void CheckOrder(int wallet, const std::vector<const Row*>& entries) {
    int64_t told = kNever;
    for (auto row = entries.rbegin(); row != entries.rend(); ++row) {
      const auto request = requests_.find((*row)->request_id);
      if (request == requests_.end()) continue;
      if (told < request->second.first_sent) {
        Fault("wallet ", wallet, " seq ", (*row)->seq, ": sent after a later entry was known");
      }
      told = std::min(told, request->second.first_told_done);
    }
  }

  // The balances that a call may have met: after the last entry that somebody knew of when it was
  // sent, up to the last that had been sent when it was answered.
  template <typename Fits>
  bool Met(const Attempt& attempt, const Fits& fits) {
    static const std::vector<const Row*> none;
    const auto found = wallets_.find(attempt.wallet);
    const auto& entries = found == wallets_.end() ? none : found->second;
    size_t from = 0;
    size_t until = 0;
    for (size_t i = 0; i < entries.size(); ++i) {
      const auto request = requests_.find(entries[i]->request_id);
      if (request == requests_.end()) continue;
      if (request->second.first_told_done < attempt.sent) from = i + 1;
      if (request->second.first_sent < attempt.told) until = i + 1;
    }
    for (size_t i = from; i <= until; ++i) {
      if (fits(i == 0 ? 0 : entries[i - 1]->after)) return true;
    }
    return false;
  }

  void CheckRead(const Attempt& read) {
    if (!Met(read, [&](int64_t balance) { return balance == read.after; })) {
      Fault("wallet ", read.wallet, ": ", read.after, " was read, and never held meanwhile");
    }
  }

  void CheckRefusal(const Attempt& refused) {
    if (!Met(refused, [&](int64_t balance) { return balance < refused.amount; })) {
      Fault(refused.request_id, ": refused, and at no moment were the points missing");
    }
  }

  const std::vector<Attempt>& attempts_;
  std::map<int, std::vector<const Row*>> wallets_;
  std::map<std::string, Request> requests_;
  std::vector<std::string> faults_;
};

}  // namespace

std::vector<std::string> FaultsOf(const std::vector<Attempt>& attempts,
                                  const std::vector<Row>& rows) {
  return Check(attempts, rows).Run();
}

}  // namespace laurel::members::history
