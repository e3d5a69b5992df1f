// The ledger's decisions over state in memory: one programme, one endless batch, no database. What
// a command may name is there from the moment at which it was written. For properties.
#pragma once

#include <rapidcheck.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lib/crypto/personal.h"
#include "members-svc/domain/lot_replay.h"
#include "members-svc/domain/verify.h"
#include "members-svc/ledger/decider.h"
#include "members-svc/store/campaign_cache.h"
#include "tests/members-svc/ledger/book.h"

namespace laurel::members::testing {

using WalletKey = std::pair<base::Uuid, int>;  // owner and wallet number

class LedgerInMemory {
 public:
  // Wallet numbers are the places of their types, from 1.
  explicit LedgerInMemory(const std::vector<v1::WalletType>& types) {
    auto rules = std::make_shared<ProgramRules>();
    rules->program_id = kProgram;
    rules->time_zone = absl::UTCTimeZone();
    for (const v1::WalletType& type : types) {
      rules->wallet_types.push_back(
          {.wallet_no = static_cast<int>(rules->wallet_types.size()) + 1, .policy = type});
    }
    state_.rules[kProgram] = rules;
    state_.now_us = kNow;
  }

  void AddOwner(const base::Uuid& id, bool household) {
    state_.members[id] = {kProgram, false, household};
    for (const WalletTypeRules& type : state_.rules[kProgram]->wallet_types) {
      auto head = std::make_unique<WalletState>();
      head->id = {kProgram, id, type.wallet_no};
      state_.wallets[{id, type.wallet_no}] = std::move(head);
      state_.histories[{id, type.wallet_no}];
    }
  }

  BatchState& state() { return state_; }
  const BatchState& state() const { return state_; }
  void Advance(int64_t us) { state_.now_us += us; }

  absl::StatusOr<Outcome> Decide(Command& command) {
    command.program_id = kProgram;
    const size_t before = state_.entries.size();
    const AttemptDeps deps{ids_, *index_, campaigns_};
    auto outcome = Decider(deps, state_).Decide(command, command.member_id);
    for (size_t i = before; i < state_.entries.size(); ++i) {
      const WrittenEntry& written = state_.entries[i];
      const auto& [program, owner, wallet_no] = written.wallet;
      state_.referred[{owner, wallet_no, written.entry.seq}] = written;
      entries_[{owner, wallet_no}].push_back(written.entry);
      stale_.insert_or_assign({owner, wallet_no}, true);
    }
    return outcome;
  }

  const std::vector<LedgerEntry>& EntriesOf(const WalletKey& key) { return entries_[key]; }

  // Every wallet that has moved against its entries: they chain and add up, their lots are those of
  // the head, which is what its entries come to.
  void CheckWallets(const std::map<WalletKey, int64_t>& held) {
    for (auto& [key, stale] : stale_) {
      if (!std::exchange(stale, false)) continue;
      const WalletState& head = *state_.wallets.at(key);
      AccountSums sums;
      const auto reserved = held.find(key);
      for (const WalletFault& fault :
           VerifyWallet(head.id, head.wallet, entries_[key],
                        reserved == held.end() ? 0 : reserved->second, sums)) {
        RC_FAIL("seq " + std::to_string(fault.seq) + ": " + fault.what);
      }
      LotReplay replay([](const auto&) { return 0; });
      for (const LedgerEntry& entry : entries_[key]) RC_ASSERT(replay.Apply(entry).empty());
      RC_ASSERT(replay.known());
      RC_ASSERT(replay.OpenLots() == head.wallet.lots);
      sums_[key] = sums;
    }
  }
  // Of all wallets, as of the last check.
  AccountSums Sums() const {
    AccountSums all;
    for (const auto& [key, sums] : sums_) {
      all.issued += sums.issued;
      all.redeemed += sums.redeemed;
      all.expired += sums.expired;
      all.reversed += sums.reversed;
      all.adjusted += sums.adjusted;
      all.transferred += sums.transferred;
    }
    return all;
  }

 private:
  static constexpr base::Uuid kProgram{1, 1};

  base::IdSource ids_{1};
  std::unique_ptr<crypto::BlindIndex> index_ =
      std::make_unique<crypto::BlindIndex>(*crypto::BlindIndex::Make(std::string(64, 'b')));
  CampaignCache campaigns_;
  BatchState state_;
  std::map<WalletKey, std::vector<LedgerEntry>> entries_;
  std::map<WalletKey, bool> stale_;  // since the last check
  std::map<WalletKey, AccountSums> sums_;
};

}  // namespace laurel::members::testing
