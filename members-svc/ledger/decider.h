// Decides commands one by one against the running state of a batch: on copies, taken over only when
// the command succeeds. Posts, reservations and orders are in decide.cc, corrections in
// decide_corrections.cc, the undoing of entries in decide_reversal.cc, returns of orders in
// decide_returns.cc, what happens beside orders in decide_occurrence.cc.
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
    base::Uuid member;  // who acts
  };
  // An accrual, what has been done about it, its lot as it would be now, and how much of its points
  // has expired.
  struct Accrual {
    EntryKey key;
    const LedgerEntry* entry;
    EntryMark mark = {};
    OwnLot own = {};
    int64_t expired = 0;
  };
  // An entry that is to be undone.
  struct Undo {
    EntryKey key;
    const WalletTypeRules* type;
    const LedgerEntry* entry;
    const ReverseEntry& command;
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
  absl::StatusOr<Outcome> Run(const ReverseEntry& reverse);
  absl::StatusOr<Outcome> Run(const ExpirePoints& expire);
  absl::StatusOr<Outcome> Run(const ReturnOrder& back);
  absl::StatusOr<Outcome> Run(const LeaveHousehold& leave);
  absl::StatusOr<Outcome> Run(const ContributePoints& contribute);
  absl::StatusOr<Outcome> Run(const RecordOccurrence& what);

  // The ways to undo an entry, by what it did; none has been undone before.
  absl::StatusOr<Outcome> UndoRedemption(const Undo& undo);
  absl::StatusOr<Outcome> UndoAccrual(const Undo& undo);
  absl::StatusOr<Outcome> UndoAdjustment(const Undo& undo);
  absl::StatusOr<Outcome> UndoClawBack(const Undo& undo);
  absl::StatusOr<Outcome> UndoExpiry(const Undo& undo);
  absl::StatusOr<Outcome> UndoTransfer(const Undo& undo);
  Draft OpenOf(const Undo& undo) {
    return Open(std::get<0>(undo.key), std::get<1>(undo.key), member_id_);
  }
  // Marks the entry as undone by the draft's main entry and says in that what it undoes.
  void MarkReversed(const Undo& undo, Draft& draft);
  absl::StatusOr<Outcome> FinishReversal(const Undo& undo, Draft draft);

  // A return as it is decided: see decide_returns.cc.
  struct Returning;
  absl::StatusOr<Returning> BeginReturn(const ReturnOrder& back) const;
  Draft& DraftOf(Returning& now, const WrittenEntry& entry);
  void SignReturn(const Returning& now, Draft& draft, size_t at, members::v1::ReturnedEntry& item);
  absl::Status GiveBackSpent(Returning& now, const EntryKey& redemption);
  absl::Status TakeBackEarned(Returning& now, const EntryKey& accrual);
  void GiveCountersBack(const Returning& now);
  members::v1::OrderReturn FinishReturn(Returning now);
  // The redemptions that paid for an order, which then stand in its answer. NOT_FOUND,
  // SPEND_NOT_FOUND; FAILED_PRECONDITION, SPEND_OF_ANOTHER_ORDER.
  absl::Status TieSpends(const RecordOrder& record, OrderDecision& decision);
  void TakeSpends(const OrderDecision& decision);

  // The answer of an earlier success with the same request id.
  absl::StatusOr<std::optional<Outcome>> Known() const;
  // The same of an occurrence: also what another request has recorded. ALREADY_EXISTS,
  // ACTIVITY_EXISTS when that had other content.
  absl::StatusOr<std::optional<Outcome>> KnownOccurrence(const RecordOccurrence& what) const;
  // What an occurrence comes to; see decide_occurrence.cc. FAILED_PRECONDITION,
  // ACTIVITY_LIMIT_REACHED.
  absl::Status CheckOccurrenceLimit(const RecordOccurrence& what, absl::Time occur) const;
  absl::StatusOr<OrderDecision> EvaluateOccurred(const RecordOccurrence& what, absl::Time occur);
  // Drafts of the wallets that a decision's credits go to; `capped` gets what caps let in of each.
  absl::StatusOr<std::vector<Draft>> DraftCredits(OrderDecision& decision,
                                                  std::vector<Capped>* capped);
  members::v1::Activity TakeOccurrence(const RecordOccurrence& what, OrderDecision decision,
                                       members::v1::Activity answer);
  // What an earlier request with this key has written, in an earlier batch or in this one.
  const WrittenEntry* EntryOf(const base::Uuid& key) const;
  std::string CodeOf(int wallet_no) const;
  absl::StatusOr<const WalletTypeRules*> TypeOf(const std::string& code) const;
  absl::StatusOr<int64_t> OccurUs(const std::optional<absl::Time>& occur) const;
  // The entry that bears this id, if it is of this kind (unspecified: any) and stands in a wallet
  // of the member: its own, or a pool of a household that it is or was in.
  const WrittenEntry* Referred(const base::Uuid& entry_id, int wallet_no,
                               members::v1::EntryKind kind) const;
  // NOT_FOUND, ACCRUAL_NOT_FOUND.
  absl::StatusOr<const WrittenEntry*> ReferredAccrual(const base::Uuid& entry_id,
                                                      int wallet_no) const;
  // As of the draft of its wallet.
  Accrual AccrualOf(const LedgerEntry& entry, const Draft& draft) const;
  // When points of the wallet type that are given now expire.
  int64_t ExpiryOf(const members::v1::WalletType& policy) const {
    return ExpiryFrom(RulesOf(policy, {}), state_.now_us, rules_->time_zone);
  }
  // When the lot of an accrual, to expire at `expire_us` as it was written, does so after the
  // pushes since.
  int64_t Extended(const EntryKey& accrual, int64_t expire_us) const;
  // How much of what a credit gave has expired by now and was not given back: the replay of its
  // wallet says which points an expiry took.
  int64_t ExpiredOf(const EntryKey& credit, int64_t expire_us, const Draft& draft) const;
  // FAILED_PRECONDITION, APPROVAL_REQUIRED.
  absl::Status CheckAdjustmentLimit(const WalletTypeRules& type, int64_t delta) const;
  absl::StatusOr<Capped> LetInBy(const WalletTypeRules& type, const Wallet& wallet, int64_t amount,
                                 int64_t occur_us) const;

  // The member's wallet, which may be a pool.
  Draft Open(int wallet_no) { return Open(OwnerOf(wallet_no), wallet_no, member_id_); }
  Draft Open(const base::Uuid& owner, int wallet_no, const base::Uuid& member);
  // The wallet that an entry stands in: what was done there is corrected there.
  Draft OpenOf(const WrittenEntry& written) {
    return Open(written.wallet.owner_id, written.wallet.wallet_no, member_id_);
  }
  base::Uuid OwnerOf(int wallet_no) const;
  // Who acted in an entry of a draft; zero: time, in a pool.
  base::Uuid ActingIn(const Draft& draft, const LedgerEntry& entry) const;
  // The limit of the member on the pool that such a wallet is: refuses, or the counter to add to.
  absl::StatusOr<Capped> WithinPoolLimit(const WalletTypeRules& type, int64_t amount) const;
  // What a member takes of a pool when it leaves.
  int64_t OwnShare(const WalletTypeRules& type, const Membership& membership,
                   const Wallet& pool) const;
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
