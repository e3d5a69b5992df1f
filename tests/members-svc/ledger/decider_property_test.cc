// Random histories of commands of every kind, decided as the ledger decides them, without a
// database: request ids sent again with the same and with other content, reservations ended in any
// order and late, corrections of corrections. After each command every invariant that holds between
// commands.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "lib/status/error.h"
#include "tests/members-svc/ledger/ledger_in_memory.h"
#include "tests/members-svc/ledger/random_commands.h"

namespace laurel::members {
namespace {

using testing::kDay;
using testing::Known;
using testing::LedgerInMemory;
using testing::WalletKey;
using testing::What;

constexpr int kMembers = 2;
constexpr int64_t kOverdraft = 40;

base::Uuid MemberId(int i) { return {9, static_cast<uint64_t>(i) + 1}; }
// Evenly, however small the case: RapidCheck begins with narrow ranges, in which little happens.
int Draw(int n) { return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, n)); }

// Whatever a wallet type can say that changes how its points move.
v1::WalletType AnyType(const std::string& code) {
  v1::WalletType type;
  type.set_code(code);
  type.mutable_expiry()->set_form(v1::ExpiryPolicy::FORM_DAYS);
  type.mutable_expiry()->set_count(1 + Draw(6));
  if (Draw(3) == 0) type.mutable_expiry()->add_sliding_on(v1::ExpiryPolicy::ACTIVITY_SPEND);
  if (Draw(3) == 0) type.mutable_expiry()->add_sliding_on(v1::ExpiryPolicy::ACTIVITY_EARN);
  const int pending = Draw(4);
  if (pending == 1) type.set_pending_days(1);
  if (pending == 2) type.set_pending_event_days(2);
  type.set_below_zero(static_cast<v1::BelowZeroPolicy>(1 + Draw(3)));
  if (type.below_zero() == v1::BELOW_ZERO_POLICY_OVERDRAFT) type.set_overdraft_limit(kOverdraft);
  type.set_claw_back(static_cast<v1::ClawBackPolicy>(Draw(4)));
  type.set_transfers(Draw(2) == 0 ? v1::TRANSFER_POLICY_KEEP_EXPIRY
                                  : v1::TRANSFER_POLICY_RESTART_EXPIRY);
  type.set_reinstate_days(4);
  if (Draw(3) == 0) type.set_max_open_lots(2);
  return type;
}

int64_t Total(const LedgerEntry& entry) {
  return entry.active_delta + entry.pending_delta + entry.reserved_delta;
}

std::string TextOf(const Outcome& outcome) {
  return std::visit([](const auto& message) { return message.SerializeAsString(); }, outcome);
}

class History {
 public:
  History()
      : types_({AnyType("points"), AnyType("miles")}),
        ledger_(types_),
        random_(Draw, {"points", "miles"}) {
    for (int i = 0; i < kMembers; ++i) ledger_.AddOwner(MemberId(i), false);
  }

  void Step() {
    if (Draw(6) == 0) ledger_.Advance(Draw(36) * kDay / 24);
    ledger_.Advance(1);  // no two batches have the same time
    const int what = Draw(10);
    if (what == 0 && !requests_.empty()) {
      SendAgain();
    } else if (what == 1) {
      TimePasses();
    } else {
      SendNew();
    }
    ledger_.CheckWallets(Held());
    CheckLimits();
  }

  void CheckEnd() {
    const AccountSums sums = ledger_.Sums();
    int64_t outstanding = 0;
    for (const auto& [key, head] : ledger_.state().wallets) {
      outstanding += head->wallet.active + head->wallet.pending + head->wallet.reserved;
      CheckGivenBack(ledger_.EntriesOf(key));
    }
    RC_ASSERT(sums.transferred == 0);
    RC_ASSERT(sums.issued + sums.adjusted - sums.redeemed - sums.expired - sums.reversed ==
              outstanding);
  }

 private:
  struct Request {
    base::Uuid member;
    base::Uuid key;
    What what;
    std::string answer = {};  // empty: refused
  };
  struct Hold {
    WalletKey wallet;
    Lots lots;
    int64_t expire_us = 0;
    bool ended = false;
  };

  void SendNew() {
    const int member = Draw(kMembers);
    const auto other = static_cast<uint64_t>(member + 1 + Draw(kMembers - 1)) % kMembers;
    Request request{.member = MemberId(member), .key = {7, requests_.size() + 1}, .what = {}};
    request.what =
        random_.Next({request.member, MemberId(static_cast<int>(other))}, known_[request.member],
                     absl::FromUnixMicros(ledger_.state().now_us));
    const auto outcome = Decide(request.member, request.key, request.what, "first");
    if (outcome.ok()) request.answer = TextOf(*outcome);
    requests_.push_back(std::move(request));
  }

  // One effect and one answer for a request id that has succeeded; one that was refused is new.
  void SendAgain() {
    Request& request = requests_[static_cast<size_t>(Draw(static_cast<int>(requests_.size())))];
    const size_t before = ledger_.state().entries.size();
    if (request.answer.empty()) {
      const auto outcome = Decide(request.member, request.key, request.what, "first");
      if (outcome.ok()) request.answer = TextOf(*outcome);
      return;
    }
    if (Draw(2) == 0) {
      const auto outcome = Decide(request.member, request.key, request.what, "first");
      RC_ASSERT(outcome.ok());
      RC_ASSERT(TextOf(*outcome) == request.answer);
    } else {
      const auto other =
          Decide(request.member, request.key, testing::WithOtherContent(request.what), "other");
      RC_ASSERT(status::ReasonOf(other.status()) == "REQUEST_ID_REUSED");
    }
    RC_ASSERT(ledger_.state().entries.size() == before);
  }

  // What the jobs do: a reservation is over, a wallet is settled.
  void TimePasses() {
    for (const auto& [id, hold] : holds_) {
      if (hold.ended || hold.expire_us > ledger_.state().now_us) continue;
      const auto expired =
          Decide(hold.wallet.first, {},
                 EndReservation{.reservation_id = id, .how = EndReservation::How::kExpire}, "");
      RC_ASSERT(expired.ok());
      RC_ASSERT(std::get<v1::Reservation>(*expired).state() == v1::RESERVATION_STATE_RELEASED);
      return;
    }
    RC_ASSERT(Decide(MemberId(Draw(kMembers)), {}, SettleDue{.wallet_no = 1 + Draw(2)}, "").ok());
  }

  absl::StatusOr<Outcome> Decide(const base::Uuid& member, const base::Uuid& key, const What& what,
                                 const std::string& content) {
    Command command;
    command.member_id = member;
    command.request_key = key;
    command.content_hash = content;
    command.what = what;
    const auto& entries = ledger_.state().entries;
    const size_t before = entries.size();
    const bool known = ledger_.state().entry_of_key.contains(key);
    const auto outcome = ledger_.Decide(command);
    std::vector<LedgerEntry> added;
    for (size_t i = before; i < entries.size(); ++i) {
      const LedgerEntry& entry = entries[i].entry;
      const auto& [program, owner, wallet_no] = entries[i].wallet;
      known_[owner].Note(entry.kind, EntryIdOf(owner, wallet_no, entry.create_us, entry.seq));
      if (entry.kind == v1::ENTRY_KIND_RESERVE) {
        known_[owner].reservations.push_back(entry.reservation_id);
        holds_[entry.reservation_id] = {{owner, wallet_no}, entry.lots, entry.expire_us};
      }
      added.push_back(entry);
    }
    if (!outcome.ok()) RC_ASSERT(added.empty());
    const auto* end = std::get_if<EndReservation>(&what);
    if (outcome.ok() && end != nullptr && !known) CheckEndOf(*end, added);
    return outcome;
  }

  // A reservation ends once, and not by a capture when it is over. A capture takes the points that
  // were held, due or not; what comes back and is due expires.
  void CheckEndOf(const EndReservation& end, const std::vector<LedgerEntry>& added) {
    const int64_t now_us = ledger_.state().now_us;
    Hold& hold = holds_.at(end.reservation_id);
    RC_ASSERT(!std::exchange(hold.ended, true));
    const bool capture = end.how == EndReservation::How::kCapture;
    RC_ASSERT(!capture || hold.expire_us > now_us);
    int64_t left = !capture ? 0 : end.amount == 0 ? SumOf(hold.lots) : end.amount;
    Lots captured, returned;
    for (const Lot& lot : hold.lots) {
      const int64_t part = std::min(left, lot.amount);
      left -= part;
      if (part > 0) captured.push_back({0, lot.expire_us, part});
      if (part < lot.amount) returned.push_back({0, lot.expire_us, lot.amount - part});
    }
    int64_t due = 0;
    for (const Lot& lot : returned) due += lot.expire_us <= now_us ? lot.amount : 0;
    int64_t expired = 0;
    int64_t hole = 0;
    bool ended = false;
    for (const LedgerEntry& entry : added) {
      if (entry.kind == v1::ENTRY_KIND_CAPTURE) RC_ASSERT(entry.lots == captured);
      if (entry.kind == v1::ENTRY_KIND_RELEASE) {
        RC_ASSERT(entry.lots == returned);
        hole = std::max<int64_t>(0, entry.active_delta - entry.active_after);
      }
      ended = ended || entry.reservation_id == end.reservation_id;
      if (ended && entry.kind == v1::ENTRY_KIND_EXPIRY) expired += -entry.active_delta;
    }
    RC_ASSERT(ended);
    RC_ASSERT(expired <= due);
    RC_ASSERT(expired >= due - hole);
  }

  std::map<WalletKey, int64_t> Held() const {
    std::map<WalletKey, int64_t> held;
    for (const auto& [id, hold] : holds_) {
      if (!hold.ended) held[hold.wallet] += SumOf(hold.lots);
    }
    return held;
  }

  // Below zero only as far as the policy says; only a claw-back without limit goes further.
  void CheckLimits() const {
    for (const auto& [key, head] : ledger_.state().wallets) {
      const v1::WalletType& type = types_[static_cast<size_t>(key.second) - 1];
      if (type.claw_back() == v1::CLAW_BACK_POLICY_UNLIMITED) continue;
      RC_ASSERT(head->wallet.active >= -type.overdraft_limit());
    }
  }

  // What was taken is given back wholly and once; of what was given no more is taken than that, and
  // not what has expired of it.
  static void CheckGivenBack(const std::vector<LedgerEntry>& entries) {
    LotReplay replay([](const LedgerEntry& entry) { return entry.seq; });
    std::map<int64_t, int64_t> moved_back;  // of the entry with this seq, by later ones
    for (const LedgerEntry& entry : entries) {
      const bool corrects = entry.refunded_seq != 0 && Total(entry) != 0;
      if (corrects) {
        const LedgerEntry& of = entries[static_cast<size_t>(entry.refunded_seq) - 1];
        const int64_t back = moved_back[of.seq] += Total(entry);
        if (of.kind == v1::ENTRY_KIND_ACCRUAL) {
          RC_ASSERT(back <= 0 && Total(of) + back >= 0);
        } else {
          RC_ASSERT(back == -Total(of));
        }
        if (entry.kind == v1::ENTRY_KIND_CLAW_BACK) {
          RC_ASSERT(Total(of) + back >= replay.ExpiredOf(of.seq));
        }
        if (of.kind == v1::ENTRY_KIND_CLAW_BACK) moved_back[of.refunded_seq] += Total(entry);
      }
      replay.Apply(entry);
    }
  }

  const std::vector<v1::WalletType> types_;
  LedgerInMemory ledger_;
  testing::RandomCommands<int (*)(int)> random_;
  std::map<base::Uuid, Known> known_;
  std::map<base::Uuid, Hold> holds_;
  std::vector<Request> requests_;
};

RC_GTEST_PROP(DeciderProperty, AnyHistoryOfCommandsKeepsEveryInvariant, ()) {
  History history;
  for (int i = 0; i < 50; ++i) history.Step();
  history.CheckEnd();
}

}  // namespace
}  // namespace laurel::members
