// What a wallet must come to: the commands that its entries name, carried out one after the other
// in the order of seq by the pure functions of the domain alone. It knows nothing of batches,
// transactions or tables.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "members-svc/domain/corrections.h"
#include "members-svc/domain/program_rules.h"
#include "members-svc/domain/reversal.h"
#include "tests/members-svc/ledger/random_commands.h"

namespace laurel::members::testing {

// A command, and who asked.
struct Asked {
  base::Uuid member;
  std::string request_id;
  What what;
};

class WalletModel {
 public:
  // An entry of a wallet of the same type; null: there is none.
  using EntryAt = std::function<const LedgerEntry*(const base::Uuid& owner, int64_t seq)>;
  // The command that was acknowledged under a request id; null: none was.
  using AskedBy = std::function<const Asked*(const std::string& request_id)>;

  // `stored`: all entries of the wallet by seq, which outlive the model.
  WalletModel(const WalletTypeRules& type, const base::Uuid& owner,
              const std::vector<LedgerEntry>& stored, EntryAt others)
      : type_(type), owner_(owner), stored_(stored), others_(std::move(others)) {}

  bool AtEnd() const { return seq() == static_cast<int64_t>(stored_.size()); }
  int64_t seq() const { return books_.wallet.seq; }
  const Wallet& wallet() const { return books_.wallet; }
  // Of reservation to state, as of now.
  std::map<base::Uuid, v1::ReservationState> Reservations() const;

  // Carries out what wrote the next entries, and compares all that it comes to with them. What
  // differs; empty: nothing does.
  std::string Next(const AskedBy& asked_by);

  // What the command would come to now, at `now_us`; moves nothing.
  absl::Status Try(const Asked& asked, int64_t now_us) const;

 private:
  // What has been done about an entry since.
  struct Mark {
    int64_t undone = 0;  // of an accrual's points
    bool activated = false;
    bool cancelled = false;
    int64_t expire_us = kNeverUs;  // since it was activated
    bool given_back = false;       // refunded or reinstated
    bool reversed = false;
  };
  struct Hold {
    Lots lots;
    int64_t expire_us = 0;
    v1::ReservationState state = v1::RESERVATION_STATE_OPEN;
  };
  struct Books {
    Wallet wallet;
    std::map<int64_t, Mark> marks;  // by seq
    std::map<base::Uuid, Hold> holds;
  };
  // A command on a copy of the books. `stored` is its main entry where it is known that there is
  // one: what is drawn at random is taken from it.
  struct Step {
    Books& books;
    const Asked& asked;
    Moment moment;
    const LedgerEntry* stored;
    std::vector<LedgerEntry>& out;
    size_t main;
    v1::Entry detail;
  };

  absl::Status Run(Step& step) const;
  absl::Status Do(Step& step, const PostPoints& post) const;
  absl::Status Do(Step& step, const RefundSpend& refund) const;
  absl::Status Do(Step& step, const ReservePoints& hold) const;
  absl::Status Do(Step& step, const EndReservation& end) const;
  absl::Status Do(Step& step, const AdjustPoints& adjust) const;
  absl::Status Do(Step& step, const TransferPoints& transfer) const;
  absl::Status Do(Step& step, const ClawBackPoints& claw) const;
  absl::Status Do(Step& step, const ReinstatePoints& reinstate) const;
  absl::Status Do(Step& step, const ExpirePoints& expire) const;
  absl::Status Do(Step& step, const EndPending& end) const;
  absl::Status Do(Step& step, const ReverseEntry& reverse) const;
  absl::Status Undo(Step& step, const LedgerEntry& undone) const;
  absl::Status UndoAccrual(Step& step, const LedgerEntry& undone) const;
  absl::Status UndoClawBack(Step& step, const LedgerEntry& undone) const;
  absl::Status UndoCredit(Step& step, const LedgerEntry& undone) const;

  // The entry of this wallet, if it is of the kind (unspecified: any) and was there by then.
  const LedgerEntry* Find(const Step& step, const base::Uuid& entry_id, v1::EntryKind kind) const;
  // Where the points of an accrual lie by now, as far as dates and what was done tell.
  OwnLot OwnOf(const Step& step, const LedgerEntry& accrual) const;
  int64_t ExpiredOf(const Step& step, const LedgerEntry& credit) const;
  int64_t ExpiryFromNow(const Step& step) const;
  void Slide(Step& step, v1::ExpiryPolicy::Activity activity, int64_t occur_us) const;
  std::string CheckCounterpart(const LedgerEntry& entry) const;

  const WalletTypeRules& type_;
  const base::Uuid owner_;
  const std::vector<LedgerEntry>& stored_;
  const EntryAt others_;
  Books books_;
};

// An entry in words, all but what the chain and the keys are made of.
std::string TextOf(const LedgerEntry& entry);

}  // namespace laurel::members::testing
