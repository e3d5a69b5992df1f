// What can be asked of the ledger, and what it answers. Handlers make commands from requests; the
// batcher runs many of them in one transaction.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/hash/hash.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "laurel/members/v1/household.pb.h"
#include "laurel/members/v1/order.pb.h"
#include "laurel/members/v1/order_return.pb.h"
#include "laurel/members/v1/wallet.pb.h"
#include "lib/base/uuid.h"
#include "lib/server/call.h"
#include "members-svc/ledger/occurrence.h"

namespace laurel::members {

struct PostPoints {
  bool earn = true;  // otherwise spend
  std::string wallet_type;
  int64_t amount = 0;
  std::optional<absl::Time> occur_time;
  std::string reason;
};

struct RefundSpend {
  std::string wallet_type;
  base::Uuid spend_entry_id;
  std::string reason;
};

struct ReservePoints {
  std::string wallet_type;
  int64_t amount = 0;
  absl::Duration hold;
};

struct EndReservation {
  enum class How { kCapture, kRelease, kExpire };
  base::Uuid reservation_id;
  How how = How::kRelease;
  int64_t amount = 0;  // of a capture; 0: all of it
};

struct AdjustPoints {
  std::string wallet_type;
  int64_t delta = 0;
  std::string reason;
  std::string actor;      // both people, where two were needed
  bool approved = false;  // by a second person: no limit
};

struct TransferPoints {
  std::string wallet_type;
  base::Uuid to_member_id;
  int64_t amount = 0;
  std::string reason;
  std::string actor;
};

struct ClawBackPoints {
  std::string wallet_type;
  base::Uuid accrual_entry_id;
  int64_t amount = 0;  // 0: all that is left
  std::string reason;
  std::string actor;
};

struct ReinstatePoints {
  std::string wallet_type;
  base::Uuid expiry_entry_id;
  std::string reason;
  std::string actor;
};

// Lets active points expire before their time.
struct ExpirePoints {
  std::string wallet_type;
  int64_t amount = 0;  // 0: all that are active
  std::string reason;
  std::string actor;
};

// Undoes what an entry of the member did; of a transfer, both sides.
struct ReverseEntry {
  base::Uuid entry_id;
  std::string reason;
  std::string actor;
};

// The event that pending points wait for has come, or will not come.
struct EndPending {
  bool activate = true;  // otherwise cancel
  std::string wallet_type;
  base::Uuid accrual_entry_id;
  std::string reason;
  std::string actor;
};

// A member leaves its household, with what is its own.
struct LeaveHousehold {};

// From the member's own wallet into the pool of its household.
struct ContributePoints {
  std::string wallet_type;
  int64_t amount = 0;
  std::string actor;
};

// Settles what is due in a wallet, without a request; nothing due: nothing is written.
struct SettleDue {
  int wallet_no = 0;
};

struct RecordOrder {
  // Outlives the command: gRPC keeps it until the call is answered, or `owned` holds it. Null as
  // long as an order that is attached has not been read (ledger/admission.h).
  const members::v1::RecordOrderRequest* request = nullptr;
  // Not zero: the order was kept unmatched under this id, and becomes the member's.
  base::Uuid unmatched_id = {};
  int64_t kept_us = 0;  // since when; it is nobody's order before that
  int64_t attach_until_us = 0;
  // What the member was found by, where the customer was named by several identifiers.
  members::v1::MatchKind matched_by = members::v1::MATCH_KIND_UNSPECIFIED;
  std::shared_ptr<const members::v1::RecordOrderRequest> owned = {};
};

// Some or all of an order comes back. Its row never changes, so that whoever asks has read it.
struct ReturnOrder {
  base::Uuid order_id = {};
  std::shared_ptr<const members::v1::Order> order = nullptr;
  std::vector<members::v1::LineToReturn> lines = {};  // none: all that is left
  bool cancels = false;
  std::optional<absl::Time> occur_time = std::nullopt;
  std::string reason = {};
  std::string actor = {};
};

// What a command came to: the message that its rpc answers with.
using Outcome =
    std::variant<members::v1::Entry, members::v1::Reservation, members::v1::Order,
                 members::v1::HouseholdMembership, members::v1::OrderReturn, members::v1::Activity>;
using Answer = std::function<void(absl::StatusOr<Outcome>)>;

// Of a request's hash so much is kept beside what it wrote: enough to tell two requests with one id
// apart.
inline constexpr size_t kContentHashBytes = 16;

struct Command {
  base::Uuid program_id;
  base::Uuid member_id;  // zero: find the member by external id, or by the order's customer
  std::string member_external_id;
  // Zero: made by a job, which may run it again freely.
  base::Uuid request_key;
  std::string request_id;    // as given
  std::string content_hash;  // of the request, kContentHashBytes of it
  std::string traceparent;
  std::string service;  // that asks, such as gamification; empty: somebody else does
  absl::Time wait_until = absl::InfiniteFuture();
  std::variant<PostPoints, RefundSpend, ReservePoints, EndReservation, RecordOrder, AdjustPoints,
               TransferPoints, ClawBackPoints, ReinstatePoints, EndPending, SettleDue, ReverseEntry,
               ExpirePoints, LeaveHousehold, ContributePoints, ReturnOrder, RecordOccurrence>
      what;
  Answer answer;

  // For lib/batch.
  uint64_t share_key() const {
    // Whose it is comes out later: its twins only wait for it.
    if (member_id.IsZero() && member_external_id.empty()) return absl::HashOf(request_key);
    return absl::HashOf(member_id, member_external_id);
  }
  absl::Time deadline() const { return wait_until; }
  void Refuse(const absl::Status& status) { answer(status); }
};

}  // namespace laurel::members
