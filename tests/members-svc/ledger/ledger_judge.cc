#include "tests/members-svc/ledger/ledger_judge.h"

#include <algorithm>
#include <limits>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "lib/status/error.h"

namespace laurel::members::testing {
namespace {

std::string RequestIdOf(const LedgerEntry& entry) {
  v1::Entry detail;
  detail.ParseFromString(entry.detail);
  return detail.request_id();
}

std::string Told(const Attempt& attempt) {
  return absl::StrCat("request ", attempt.asked.request_id, ", told ",
                      attempt.answer.status.ToString(), ": ");
}

// Whether the entry that a caller was told of is this one.
bool IsToldOf(const v1::Entry& told, const WalletKey& wallet, const LedgerEntry& entry) {
  const auto& [owner, wallet_no] = wallet;
  bool same =
      told.entry_id() ==
          base::EncodeId("ent", EntryIdOf(owner, wallet_no, entry.create_us, entry.seq)) &&
      told.member_id() == base::EncodeId("mem", owner) && told.seq() == entry.seq &&
      told.kind() == entry.kind && told.active_delta() == entry.active_delta &&
      told.pending_delta() == entry.pending_delta &&
      told.reserved_delta() == entry.reserved_delta && told.active_after() == entry.active_after &&
      told.pending_after() == entry.pending_after &&
      told.reserved_after() == entry.reserved_after && told.undone_seq() == entry.refunded_seq &&
      told.lots_size() == static_cast<int>(entry.lots.size());
  for (size_t i = 0; same && i < entry.lots.size(); ++i) {
    same = told.lots(static_cast<int>(i)).amount() == entry.lots[i].amount;
  }
  return same;
}

bool IsToldOf(const v1::Reservation& told, const LedgerEntry& entry) {
  if (told.reservation_id() != base::EncodeId("rsv", entry.reservation_id)) return false;
  switch (entry.kind) {
    case v1::ENTRY_KIND_RESERVE:
      return told.state() == v1::RESERVATION_STATE_OPEN && told.amount() == entry.reserved_delta;
    case v1::ENTRY_KIND_CAPTURE:
      return told.state() == v1::RESERVATION_STATE_CAPTURED &&
             told.captured_amount() == -entry.reserved_delta;
    default:
      return told.state() == v1::RESERVATION_STATE_RELEASED &&
             told.amount() == -entry.reserved_delta;
  }
}

// Whether a refusal says what the model says.
bool SaysThat(const Attempt& attempt, const absl::Status& expected) {
  return status::ReasonOf(attempt.answer.status) == status::ReasonOf(expected);
}

std::string HeadText(const WalletKey& key, const Wallet& wallet) {
  return absl::StrCat(
      base::ToString(key.first), " ", key.second, " ", wallet.seq, " ", wallet.active, " ",
      wallet.pending, " ", wallet.reserved, " ", wallet.lifetime_earned, " ", wallet.lifetime_spent,
      " ", wallet.lifetime_expired, " ", wallet.lifetime_reversed, " ", wallet.lifetime_adjusted,
      " ", wallet.last_us, " ", absl::BytesToHexString(PackLots(wallet.lots)));
}

}  // namespace

LedgerJudge::LedgerJudge(const std::vector<WalletTypeRules>& types,
                         const std::map<WalletKey, std::vector<LedgerEntry>>& stored,
                         const std::vector<Attempt>& attempts)
    : types_(types), stored_(stored) {
  for (const Attempt& attempt : attempts) {
    Request& request = requests_[attempt.asked.request_id];
    const bool first = request.attempts.empty();
    request.first_sent = first ? attempt.sent : std::min(request.first_sent, attempt.sent);
    request.attempts.push_back(&attempt);
    if (!attempt.answer.status.ok()) continue;
    const bool earlier = request.done == nullptr || attempt.told < request.done->told;
    if (earlier) request.done = &attempt;
  }
  for (const auto& [key, entries] : stored) {
    for (const LedgerEntry& entry : entries) {
      const std::string request_id = RequestIdOf(entry);
      if (!request_id.empty()) requests_[request_id].written.push_back({key, entry.seq});
      if (entry.kind == v1::ENTRY_KIND_RESERVE) held_in_[entry.reservation_id] = key;
    }
  }
}

std::vector<std::string> LedgerJudge::Faults() {
  for (const auto& [request_id, request] : requests_) JudgeAnswers(request_id, request);
  for (const auto& [key, entries] : stored_) JudgeWallet(key);
  for (const auto& [key, attempts] : refused_) {
    if (!stored_.contains(key)) JudgeWallet(key);
  }
  return faults_;
}

void LedgerJudge::JudgeAnswers(const std::string& request_id, const Request& request) {
  if (request.done == nullptr && !request.written.empty()) {
    Fault("request " + request_id + " has an entry, and nobody was told of it");
  }
  if (request.done != nullptr) JudgeEntry(*request.done, request);
  for (const Attempt* attempt : request.attempts) JudgeAttempt(*attempt, request);
}

void LedgerJudge::JudgeAttempt(const Attempt& attempt, const Request& request) {
  const Attempt* done = request.done;
  const bool same = done != nullptr && attempt.answer.content == done->answer.content;
  if (attempt.answer.status.ok()) {
    const bool answered_alike =
        attempt.answer.entry.SerializeAsString() == done->answer.entry.SerializeAsString() &&
        attempt.answer.reservation.SerializeAsString() ==
            done->answer.reservation.SerializeAsString();
    if (!same) Fault(Told(attempt) + "its id had succeeded with other content");
    if (same && !answered_alike) Fault(Told(attempt) + "another answer than before");
    return;
  }
  if (status::ReasonOf(attempt.answer.status) == "REQUEST_ID_REUSED") {
    if (done == nullptr || same || request.first_sent > attempt.told) {
      Fault(Told(attempt) + "the id had not been used for anything else");
    }
    return;
  }
  if (done != nullptr && done->told < attempt.sent) {
    Fault(Told(attempt) + "its id had succeeded before");
    return;
  }
  refused_[WalletOf(attempt.asked)].push_back(&attempt);
}

void LedgerJudge::JudgeEntry(const Attempt& done, const Request& request) {
  const LedgerEntry* entry = nullptr;
  for (const Place& place : request.written) {
    const LedgerEntry* written = EntryAt(place.wallet, place.seq);
    const Answer& answer = done.answer;
    const bool told_of = answer.reservation.reservation_id().empty()
                             ? IsToldOf(answer.entry, place.wallet, *written)
                             : IsToldOf(answer.reservation, *written);
    if (told_of) entry = written;
  }
  if (entry == nullptr) {
    Fault(Told(done) + "the ledger has no such entry: " + done.answer.entry.ShortDebugString() +
          done.answer.reservation.ShortDebugString());
    return;
  }
  const size_t sides = CounterpartOf(*entry) ? 2 : 1;
  const bool undoes_transfer =
      entry->kind == v1::ENTRY_KIND_REVERSAL && entry->account == Account::kTransferred;
  if (request.written.size() != (undoes_transfer ? 2 : sides)) {
    Fault(absl::StrCat(Told(done), request.written.size(), " entries"));
  }
}

const LedgerEntry* LedgerJudge::EntryAt(const WalletKey& key, int64_t seq) const {
  const auto entries = stored_.find(key);
  const bool there =
      entries != stored_.end() && seq >= 1 && seq <= static_cast<int64_t>(entries->second.size());
  return there ? &entries->second[static_cast<size_t>(seq) - 1] : nullptr;
}

// Where a refusal was decided: of what would have moved two wallets, the one that was to give.
WalletKey LedgerJudge::WalletOf(const Asked& asked) const {
  if (const auto* end = std::get_if<EndReservation>(&asked.what)) {
    const auto found = held_in_.find(end->reservation_id);
    return found == held_in_.end() ? WalletKey{asked.member, 1} : found->second;
  }
  if (const auto* reverse = std::get_if<ReverseEntry>(&asked.what)) {
    const EntryPlace place = PlaceOf(reverse->entry_id);
    const WalletKey own{asked.member, place.wallet_no};
    const LedgerEntry* entry = EntryAt(own, place.seq);
    if (entry == nullptr || entry->kind != v1::ENTRY_KIND_TRANSFER_OUT) return own;
    return {CounterpartOf(*entry)->first, place.wallet_no};
  }
  const std::string code = std::visit(
      [](const auto& what) -> std::string {
        if constexpr (requires { what.wallet_type; }) return what.wallet_type;
        return "";
      },
      asked.what);
  for (const WalletTypeRules& type : types_) {
    if (type.policy.code() == code) return {asked.member, type.wallet_no};
  }
  return {asked.member, 1};
}

// Not before what its caller could know of, not after what was sent when it had been told, nor
// after what its own request has done: then it gets that answer.
std::vector<LedgerJudge::Refusal> LedgerJudge::RefusalsIn(const WalletKey& key) const {
  std::vector<Refusal> refusals;
  const auto refused = refused_.find(key);
  if (refused == refused_.end()) return refusals;
  for (const Attempt* attempt : refused->second) {
    refusals.push_back({attempt, 0, std::numeric_limits<int64_t>::max()});
  }
  for (const auto& [request_id, request] : requests_) {
    for (const Place& place : request.written) {
      if (place.wallet != key || request.done == nullptr) continue;
      for (Refusal& refusal : refusals) {
        const Attempt& attempt = *refusal.attempt;
        if (request.done->told < attempt.sent) refusal.first = std::max(refusal.first, place.seq);
        if (request.first_sent > attempt.told || request_id == attempt.asked.request_id) {
          refusal.last = std::min(refusal.last, place.seq - 1);
        }
      }
    }
  }
  return refusals;
}

void LedgerJudge::JudgeWallet(const WalletKey& key) {
  static const std::vector<LedgerEntry> kNone;
  const auto entries = stored_.find(key);
  const auto& [owner, wallet_no] = key;
  WalletModel model(types_[static_cast<size_t>(wallet_no) - 1], owner,
                    entries == stored_.end() ? kNone : entries->second,
                    [this, no = wallet_no](const base::Uuid& other, int64_t seq) {
                      return EntryAt({other, no}, seq);
                    });
  const auto asked_by = [this](const std::string& request_id) -> const Asked* {
    const auto found = requests_.find(request_id);
    const bool done = found != requests_.end() && found->second.done != nullptr;
    return done ? &found->second.done->asked : nullptr;
  };
  std::vector<Refusal> refusals = RefusalsIn(key);
  for (;;) {
    for (Refusal& refusal : refusals) {
      if (refusal.right || model.seq() < refusal.first || model.seq() > refusal.last) continue;
      const Attempt& attempt = *refusal.attempt;
      refusal.right = SaysThat(attempt, model.Try(attempt.asked, attempt.clock_us));
    }
    if (model.AtEnd()) break;
    const std::string fault = model.Next(asked_by);
    if (fault.empty()) continue;
    Fault(absl::StrCat("wallet ", base::ToString(owner), " ", wallet_no, ": ", fault));
    return;
  }
  for (const Refusal& refusal : refusals) {
    if (refusal.right) continue;
    Fault(absl::StrCat(Told(*refusal.attempt), "not so at any seq from ", refusal.first, " to ",
                       refusal.last, " of wallet ", base::ToString(owner), " ", wallet_no));
  }
  if (entries != stored_.end()) heads_.insert(HeadText(key, model.wallet()));
  for (const auto& [id, state] : model.Reservations()) {
    reservations_.insert(absl::StrCat(base::ToString(id), " ", static_cast<int>(state)));
  }
}

}  // namespace laurel::members::testing
