// Decides commands one by one against the running state of a batch: on copies, taken over only when
// the command succeeds. Posts, reservations and orders are in decide.cc, corrections in
// decide_corrections.cc.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "members-svc/domain/caps.h"
#include "members-svc/domain/corrections.h"
#include "members-svc/ledger/attempt.h"
#include "members-svc/ledger/order_decision.h"

namespace laurel::members {

class Decider {
 public:
  Decider(const AttemptDeps& deps, BatchState& state) : deps_(deps), state_(state) {}

  absl::StatusOr<Outcome> Decide(const Command& command, const base::Uuid& member_id);

 private:
  // A wallet's copy with what is due settled; `main` is where the command's own entries begin.
  struct Draft {
    WalletState* state;
    Wallet wallet;
    std::vector<LedgerEntry> entries;
    size_t main;
  };
  // What caps let in of a credit, and the counters that it adds to.
  struct Capped {
    int64_t amount = 0;
    std::vector<CounterKey> counters;
  };
  // An accrual, what has been done about it, and its lot as it would be now.
  struct Accrual {
    EntryKey key;
    const LedgerEntry* entry;
    EntryMark mark;
    OwnLot own;
  };

  absl::StatusOr<Outcome> Run(const PostPoints& post);
  absl::StatusOr<Outcome> Run(const RefundSpend& refund);
  absl::StatusOr<Outcome> Run(const ReservePoints& hold);
  absl::StatusOr<Outcome> Run(const EndReservation& end);
  absl::StatusOr<Outcome> Run(const RecordOrder& record);
  absl::StatusOr<Outcome> Run(const AdjustPoints& adjust);
  absl::StatusOr<Outcome> Run(const TransferPoints& transfer);
  absl::StatusOr<Outcome> Run(const ClawBackPoints& claw);
  absl::StatusOr<Outcome> Run(const ReinstatePoints& reinstate);
  absl::StatusOr<Outcome> Run(const EndPending& end);
  absl::StatusOr<Outcome> Run(const SettleDue& settle);

  // The answer of an earlier success with the same request id.
  absl::StatusOr<std::optional<Outcome>> Known() const;
  // What an earlier request with this key has written, in an earlier batch or in this one.
  const WrittenEntry* EntryOf(const base::Uuid& key) const;
  std::string CodeOf(int wallet_no) const;
  absl::StatusOr<const WalletTypeRules*> TypeOf(const std::string& code) const;
  absl::StatusOr<int64_t> OccurUs(const std::optional<absl::Time>& occur) const;
  // The entry of the member's wallet that bears this id, if it is of this kind.
  const LedgerEntry* Referred(const base::Uuid& entry_id, int wallet_no,
                              members::v1::EntryKind kind) const;
  absl::StatusOr<Accrual> AccrualOf(const base::Uuid& entry_id, int wallet_no) const;
  // When points of the wallet type that are given now expire.
  int64_t ExpiryOf(const members::v1::WalletType& policy) const {
    return ExpiryFrom(RulesOf(policy, {}), state_.now_us, rules_->time_zone);
  }
  // When the lot of an accrual, to expire at `expire_us` as it was written, does so after the
  // pushes since.
  int64_t Extended(const EntryKey& accrual, int64_t expire_us) const;
  absl::StatusOr<Capped> LetInBy(const WalletTypeRules& type, const Wallet& wallet, int64_t amount,
                                 int64_t occur_us) const;

  Draft Open(int wallet_no) { return Open(member_id_, wallet_no); }
  Draft Open(const base::Uuid& owner, int wallet_no);
  // The command has succeeded: chain its entries and take wallet and entries over. Returns the main
  // entry, which carries the request's key.
  const WrittenEntry& Accept(Draft draft, bool with_key = true);
  // Chains the draft's entries and takes wallet and entries over.
  void TakeOver(Draft draft);
  void Count(const Capped& capped);
  // An order's points for one wallet, as the caps let them in.
  absl::StatusOr<Capped> Credit(Draft& draft, const std::vector<OrderCredit*>& credits,
                                OrderDecision& decision) const;
  // Pushes the expiry of the draft's lots out, if the activity does that.
  void Slide(Draft& draft, const members::v1::WalletType& policy,
             members::v1::ExpiryPolicy::Activity activity, Push push) const;

  members::v1::Entry DetailOf(const std::string& reason, const std::string& actor = "") const;
  std::string Detail(const std::string& reason) const {
    return DetailOf(reason).SerializeAsString();
  }

  const AttemptDeps& deps_;
  BatchState& state_;
  const Command* command_ = nullptr;
  base::Uuid member_id_;
  const ProgramRules* rules_ = nullptr;
};

}  // namespace laurel::members
