// A wallet and what can happen to it: pure. Every operation either changes the wallet and appends
// the entries that say so, or returns an error and changes nothing.
//
// Lots of a wallet are sorted by expiry (never last), then activation; lots that agree in both are
// one. Held points (reservations) are not among them: they lie in the reservation, lot by lot.
// Between operations: open active lots sum to max(active, 0), pending lots to pending.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "laurel/members/v1/program.pb.h"
#include "laurel/members/v1/wallet.pb.h"
#include "lib/base/uuid.h"

namespace laurel::members {

inline constexpr int64_t kNeverUs = std::numeric_limits<int64_t>::max();

// A credit, or what is left of it. Times in microseconds since 1970.
struct Lot {
  // 0: active; above: pending until then; below: pending until an event comes, and cancelled at
  // -activate_us if it has not.
  int64_t activate_us = 0;
  int64_t expire_us = kNeverUs;  // from then on expired
  int64_t amount = 0;
  friend bool operator==(const Lot&, const Lot&) = default;
};
using Lots = std::vector<Lot>;

// In a wallet whose expiry slides, a lot that keeps its date ends a microsecond before the instant
// at which it otherwise would: so the two never become one, and every reader can tell them apart.
// Instants of the calendar are whole seconds.
constexpr int64_t KeepingDate(int64_t expire_us) { return expire_us - 1; }
constexpr bool KeepsDate(int64_t expire_us) { return expire_us % 1000000 != 0; }

int64_t SumOf(const Lots& lots);
// 24 bytes a lot, big-endian: activation, expiry, amount.
std::string PackLots(const Lots& lots);
absl::StatusOr<Lots> UnpackLots(std::string_view packed);

// Where the points come from or go to. Per currency all accounts sum to zero.
enum class Account : int16_t {
  kMember = 0,       // within the wallet: activation, reserve, release
  kIssued = 1,       // accruals
  kRedeemed = 2,     // redemptions, captures, refunds
  kExpired = 3,      // expiries, reinstatements
  kReversed = 4,     // claw-backs, cancellations
  kAdjusted = 5,     // adjustments
  kTransferred = 6,  // to and from other members
};

// One movement as it is stored. What belongs to the request (key, order) is added by whoever asked.
struct LedgerEntry {
  int64_t seq = 0;
  members::v1::EntryKind kind = members::v1::ENTRY_KIND_UNSPECIFIED;
  Account account = Account::kMember;
  int64_t create_us = 0;
  int64_t occur_us = 0;
  int64_t active_delta = 0;
  int64_t pending_delta = 0;
  int64_t reserved_delta = 0;
  int64_t active_after = 0;
  int64_t pending_after = 0;
  int64_t reserved_after = 0;
  int64_t activate_us = 0;       // of an accrual's lot, as in Lot; 0: at once
  int64_t expire_us = kNeverUs;  // of an accrual's lot, of a reservation, of what was extended
  base::Uuid order_id;
  base::Uuid reservation_id;
  int64_t refunded_seq = 0;  // the entry that this one gives or takes back, activates, cancels
  base::Uuid request_key;    // zero: made by no request of its own
  std::string content_hash;  // of the request; empty without a key
  std::string detail;        // a serialised laurel.members.v1.Entry: request id, reason, rules
  Lots lots;                 // what a debit took, or where a credit went
  std::string hash;          // 32 bytes; see chain.h
};

struct Wallet {
  int64_t seq = 0;
  int64_t active = 0;
  int64_t pending = 0;
  int64_t reserved = 0;
  int64_t lifetime_earned = 0;
  int64_t lifetime_spent = 0;
  int64_t lifetime_expired = 0;
  int64_t lifetime_reversed = 0;
  int64_t lifetime_adjusted = 0;  // adjustments and transfers, in less out
  int64_t last_us = 0;            // create time of the newest entry
  std::string hash;               // of the newest entry; empty: none
  Lots lots;
};

// What every operation is told: the policy, and the time of recording.
struct Moment {
  const members::v1::WalletType& policy;
  int64_t now_us;
};

// Activates, cancels and expires what is due at `now_us`, the earlier first; an expiry instant is
// inclusive.
void Settle(Wallet& wallet, int64_t now_us, std::vector<LedgerEntry>& out);

// When the next of the lots falls due; kNeverUs: none does.
int64_t NextDueUs(const Lots& lots);

struct Credit {
  int64_t amount = 0;  // above zero
  int64_t occur_us = 0;
  int64_t activate_us = 0;  // as in Lot; 0: at once
  int64_t expire_us = kNeverUs;
};
// An accrual. OUT_OF_RANGE, POINTS_OVERFLOW.
absl::Status Earn(Wallet& wallet, const Moment& moment, const Credit& credit,
                  std::vector<LedgerEntry>& out);
// A redemption, earliest expiry first. FAILED_PRECONDITION, INSUFFICIENT_POINTS.
absl::Status Spend(Wallet& wallet, const Moment& moment, int64_t amount, int64_t occur_us,
                   std::vector<LedgerEntry>& out);
// Gives `lots`, which a redemption took, and the overdraft of `amount` beyond them, back.
absl::Status Refund(Wallet& wallet, const Moment& moment, const Lots& lots, int64_t amount,
                    int64_t refunded_seq, std::vector<LedgerEntry>& out);
// Holds points; never below zero. The entry's lots are the reservation's.
absl::Status Reserve(Wallet& wallet, const Moment& moment, int64_t amount,
                     std::vector<LedgerEntry>& out);
// Uses `captured` of the held `lots`, earliest expiry first, and gives the rest back to them.
absl::Status Capture(Wallet& wallet, const Moment& moment, const Lots& lots, int64_t captured,
                     std::vector<LedgerEntry>& out);
// Gives the held `lots` back; what has expired meanwhile expires now.
absl::Status Release(Wallet& wallet, const Moment& moment, const Lots& lots,
                     std::vector<LedgerEntry>& out);

// What pushes the expiry of lots out, and where to.
struct Push {
  int64_t expire_us = kNeverUs;
  int64_t occur_us = 0;   // of the activity
  int64_t cause_seq = 0;  // its entry; 0: it has none
  base::Uuid order_id = {};
};
// Active lots that end before `push.expire_us` and do not keep their date end then, as one entry
// that names what they were; where there are none, nothing. The wallet has been settled.
void Extend(Wallet& wallet, const Moment& moment, const Push& push, std::vector<LedgerEntry>& out);

inline constexpr int kDefaultOpenLots = 64;
// When more active lots are open than the policy keeps apart, those that expire within the same
// span of days become one that expires with the last of them; the span is the shortest that leaves
// room. Each is an extension.
void JoinLots(Wallet& wallet, const Moment& moment, std::vector<LedgerEntry>& out);

// The first thing that does not hold between balances and lots; empty: all does.
std::string BrokenInvariant(const Wallet& wallet);

}  // namespace laurel::members
