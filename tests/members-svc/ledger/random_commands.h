// Commands of every kind that members can be asked for, against entries and reservations that they
// have: for tests that let anything happen. Where the draws come from is the test's.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "members-svc/ledger/answers.h"
#include "members-svc/ledger/command.h"

namespace laurel::members::testing {

using What = decltype(Command::what);

// What a member can name. Most of it has been named before: that is refused.
struct Known {
  std::vector<base::Uuid> redemptions;
  std::vector<base::Uuid> accruals;
  std::vector<base::Uuid> expiries;
  std::vector<base::Uuid> entries;  // of any kind
  std::vector<base::Uuid> reservations;

  void Note(v1::EntryKind kind, const base::Uuid& id) {
    entries.push_back(id);
    if (kind == v1::ENTRY_KIND_REDEMPTION) redemptions.push_back(id);
    if (kind == v1::ENTRY_KIND_ACCRUAL) accruals.push_back(id);
    if (kind == v1::ENTRY_KIND_EXPIRY) expiries.push_back(id);
  }
};

// Who asks, and whom a transfer goes to.
struct Between {
  base::Uuid member;
  base::Uuid other;
};

// Draw: from n to a number from 0 to n - 1.
template <typename Draw>
class RandomCommands {
 public:
  // `types`: the codes of the wallet types, by number from 1.
  RandomCommands(Draw draw, std::vector<std::string> types)
      : draw_(std::move(draw)), types_(std::move(types)) {}

  What Next(const Between& between, const Known& known, absl::Time now) {
    const std::string type = types_[Index(types_.size())];
    const int64_t amount = 1 + draw_(60);
    const int64_t earned = 3 * amount;  // or most debits would find too little
    switch (draw_(22)) {
      case 0:
      case 1:
      case 2:
        return Post(false, type, amount, std::nullopt);
      case 3:
      case 4:
        return ReservePoints{.wallet_type = type, .amount = amount, .hold = Hold()};
      case 5:
        return AdjustPoints{.wallet_type = type,
                            .delta = draw_(2) == 0 ? amount : -amount,
                            .reason = "counted again",
                            .actor = "",
                            .approved = false};
      case 6:
        return TransferPoints{.wallet_type = type,
                              .to_member_id = between.other,
                              .amount = amount,
                              .reason = "a present",
                              .actor = ""};
      case 7:
        if (draw_(3) != 0) break;
        return ExpirePoints{.wallet_type = type,
                            .amount = draw_(4) == 0 ? 0 : amount,
                            .reason = "a decision",
                            .actor = ""};
      case 8:
        return Post(true, type, earned, now - absl::Hours(20 * draw_(6)));
      case 9:
      case 10:
      case 11:
      case 12:
      case 13:
      case 14:
      case 15:
      case 16:
        // What has been asked for once is asked for again: as another request, it is too late.
        if (const auto last = last_.find(between.member); last != last_.end() && draw_(4) == 0) {
          return last->second;
        }
        if (auto what = About(known)) return last_[between.member] = *std::move(what);
        break;
      default:
        break;
    }
    return Post(true, type, earned, std::nullopt);
  }

 private:
  size_t Index(size_t size) { return static_cast<size_t>(draw_(static_cast<int>(size))); }
  static PostPoints Post(bool earn, const std::string& type, int64_t amount,
                         std::optional<absl::Time> occur) {
    return {
        .earn = earn, .wallet_type = type, .amount = amount, .occur_time = occur, .reason = "why"};
  }
  // Over before the next day, over two days later, or in the fifth.
  absl::Duration Hold() {
    constexpr int kMinutes[] = {40, 30 * 60, 100 * 60};
    return absl::Minutes(kMinutes[Index(std::size(kMinutes))]);
  }
  // One of the newest; zero: there is none.
  base::Uuid Pick(const std::vector<base::Uuid>& ids) {
    if (ids.empty()) return {};
    return ids[ids.size() - 1 - Index(std::min<size_t>(ids.size(), 12))];
  }
  std::string TypeOf(const base::Uuid& entry_id) const {
    return types_[static_cast<size_t>(PlaceOf(entry_id).wallet_no) - 1];
  }

  // About something that there is; none: nothing of the kind is there.
  std::optional<What> About(const Known& known) {
    const int kind = draw_(8);
    const auto& ids = kind == 0   ? known.redemptions
                      : kind <= 2 ? known.accruals
                      : kind == 3 ? known.expiries
                      : kind == 4 ? known.entries
                                  : known.reservations;
    const base::Uuid id = Pick(ids);
    if (id.IsZero()) return std::nullopt;
    switch (kind) {
      case 0:
        return RefundSpend{.wallet_type = TypeOf(id), .spend_entry_id = id, .reason = "returned"};
      case 1:
        return ClawBackPoints{.wallet_type = TypeOf(id),
                              .accrual_entry_id = id,
                              .amount = draw_(2) == 0 ? 0 : 1 + draw_(40),
                              .reason = "returned",
                              .actor = ""};
      case 2:
        return EndPending{.activate = draw_(2) == 0,
                          .wallet_type = TypeOf(id),
                          .accrual_entry_id = id,
                          .reason = "it has come",
                          .actor = ""};
      case 3:
        return ReinstatePoints{
            .wallet_type = TypeOf(id), .expiry_entry_id = id, .reason = "kindness", .actor = ""};
      case 4:
        return ReverseEntry{.entry_id = id, .reason = "a mistake", .actor = ""};
      default: {
        const bool capture = draw_(3) != 0;
        return EndReservation{
            .reservation_id = id,
            .how = capture ? EndReservation::How::kCapture : EndReservation::How::kRelease,
            .amount = capture && draw_(2) == 0 ? 1 + draw_(40) : 0};
      }
    }
  }

  Draw draw_;
  const std::vector<std::string> types_;
  std::map<base::Uuid, What> last_;  // about something that there was
};

// The same kind of command about the same, with other content: an amount or a reason.
inline What WithOtherContent(What what) {
  std::visit(
      [](auto& one) {
        if constexpr (requires { one.amount; }) {
          ++one.amount;
        } else if constexpr (requires { one.reason; }) {
          one.reason += "!";
        }
      },
      what);
  return what;
}

}  // namespace laurel::members::testing
