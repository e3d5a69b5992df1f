// Judges what callers were told by what the ledger has afterwards: every entry by the model of its
// wallet, every answer by its entry, every refusal by the states that it can have seen.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/members-svc/ledger/ledger_client.h"
#include "tests/members-svc/ledger/wallet_model.h"

namespace laurel::members::testing {

using WalletKey = std::pair<base::Uuid, int>;  // owner and wallet number

// One call as its caller saw it.
struct Attempt {
  Asked asked;
  int64_t clock_us = 0;  // the ledger's clock
  int64_t sent = 0;      // when, on the callers' one clock
  int64_t told = 0;
  Answer answer = {};
};

class LedgerJudge {
 public:
  // `types` by wallet number; `stored`: all entries of each wallet by seq. Both outlive the judge.
  LedgerJudge(const std::vector<WalletTypeRules>& types,
              const std::map<WalletKey, std::vector<LedgerEntry>>& stored,
              const std::vector<Attempt>& attempts);

  // What does not fit, in words; empty: everything does.
  std::vector<std::string> Faults();

  // After Faults: heads ("owner number seq balances … lots") and reservations ("id state") as they
  // must be.
  const std::set<std::string>& heads() const { return heads_; }
  const std::set<std::string>& reservations() const { return reservations_; }

 private:
  struct Place {
    WalletKey wallet;
    int64_t seq = 0;
  };
  // All that was sent under a request id.
  struct Request {
    std::vector<const Attempt*> attempts;
    const Attempt* done = nullptr;  // the first that was told of success
    int64_t first_sent = 0;
    std::vector<Place> written;  // the entries that name it: two of a transfer
  };
  // A refusal was decided on a state of its wallet that ended with a seq from `first` to `last`.
  struct Refusal {
    const Attempt* attempt;
    int64_t first = 0;
    int64_t last = 0;
    bool right = false;
  };

  void JudgeAnswers(const std::string& request_id, const Request& request);
  void JudgeAttempt(const Attempt& attempt, const Request& request);
  void JudgeEntry(const Attempt& done, const Request& request);
  void JudgeWallet(const WalletKey& key);
  std::vector<Refusal> RefusalsIn(const WalletKey& key) const;
  WalletKey WalletOf(const Asked& asked) const;
  const LedgerEntry* EntryAt(const WalletKey& key, int64_t seq) const;
  void Fault(std::string what) { faults_.push_back(std::move(what)); }

  const std::vector<WalletTypeRules>& types_;
  const std::map<WalletKey, std::vector<LedgerEntry>>& stored_;
  std::map<std::string, Request> requests_;
  std::map<base::Uuid, WalletKey> held_in_;
  std::map<WalletKey, std::vector<const Attempt*>> refused_;
  std::set<std::string> heads_;
  std::set<std::string> reservations_;
  std::vector<std::string> faults_;
};

}  // namespace laurel::members::testing
