// What recording an order comes to, before its points are posted.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "laurel/members/v1/order.pb.h"
#include "lib/base/uuid.h"
#include "members-svc/domain/lot_policy.h"
#include "members-svc/domain/program_rules.h"
#include "members-svc/domain/wallet.h"
#include "members-svc/ledger/batch_state.h"

namespace laurel::members {

// Points for one wallet of all campaigns that date them alike; the detail explains them.
struct OrderCredit {
  int wallet_no = 0;
  int64_t points = 0;
  members::v1::Entry detail;  // request id, how the lot is dated, what caps have cut
  std::vector<int> results;   // which of the answer's rule results explain it
};

struct OrderDecision {
  base::Uuid order_id;
  int64_t occur_us = 0;
  members::v1::Order answer;
  std::vector<OrderCredit> credits;  // those of one wallet beside one another
  std::vector<std::pair<LimitKey, LimitUse>> limit_uses;
};

// What an order comes to before anybody earns by it.
struct OrderTerms {
  int64_t occur_us = 0;
  int64_t total_minor_units = 0;
};
// What every order must be, whoever's it is. INVALID_ARGUMENT CURRENCY_MISMATCH,
// OCCUR_TIME_OUT_OF_RANGE, INVALID_REQUEST for taxes; OUT_OF_RANGE POINTS_OVERFLOW.
absl::StatusOr<OrderTerms> CheckOrder(const ProgramRules& rules,
                                      const members::v1::RecordOrderRequest& request,
                                      int64_t now_us);
// The order as it was made: without its id, its member and what it earned.
members::v1::Order OrderAsMade(const members::v1::RecordOrderRequest& request,
                               const OrderTerms& terms, int64_t create_us);
// An id whose low ten bits are a slice (base::SliceOf): it leads to its bucket.
base::Uuid OrderId(base::IdSource& ids, absl::Time now, int slice);
int BucketOfOrder(const base::Uuid& order_id);

// The key under which the directory of orders holds what an order claims: its external id, or that
// an unmatched order is attached; where it was cancelled, that one is held itself. Zero: neither;
// it is held under its request's key.
base::Uuid DirectoryKeyOf(const base::Uuid& program_id, const RecordOrder& record);
// ALREADY_EXISTS, ORDER_EXISTS, which names the order.
absl::Status OrderExists(const base::Uuid& order_id);
// FAILED_PRECONDITION, ORDER_ATTACHED, which names the member's order.
absl::Status OrderAttached(const base::Uuid& order_id);
// FAILED_PRECONDITION, ORDER_CANCELLED.
absl::Status OrderCancelled();

// An order against rules, directory and counters; changes nothing in `state`. ALREADY_EXISTS
// ORDER_EXISTS; FAILED_PRECONDITION ORDER_ATTACHED, ORDER_CANCELLED, ATTACH_WINDOW_PASSED; and what
// CheckOrder and the engine refuse.
absl::StatusOr<OrderDecision> DecideOrder(const ProgramRules& rules, const RecordOrder& record,
                                          const base::Uuid& member_id, base::IdSource& ids,
                                          const BatchState& state);

// Takes a decided order over into the batch: its row, directory entry and counters. Its answer.
members::v1::Order TakeOrder(OrderDecision decision, const Command& command,
                             const base::Uuid& member_id, BatchState& state);

// Adds what was evaluated for a member to the counters of the batch.
void CountUses(const std::vector<std::pair<LimitKey, LimitUse>>& uses, const CapCountersOf& owners,
               BatchState& state);

// Takes what campaigns gave into the decision: its answer names all of it, its credits are what is
// to be posted, one per wallet and way of dating.
void AddCredits(const ProgramRules& rules, const std::string& request_id, std::vector<Award> awards,
                OrderDecision& decision);

// What the entry of a credit keeps, serialised: its detail with the rule results out of the answer.
std::string EntryDetailOf(OrderCredit& credit, members::v1::Order& answer);

// INVALID_ARGUMENT, OCCUR_TIME_OUT_OF_RANGE: more than a minute ahead, or (unless historical)
// longer ago than the programme allows.
absl::Status CheckOccurTime(const ProgramRules& rules, int64_t occur_us, int64_t now_us,
                            bool historical);

// When a return of an order, recorded at `now_us`, happened: as is asked, or now. INVALID_ARGUMENT,
// OCCUR_TIME_OUT_OF_RANGE or RETURN_BEFORE_ORDER.
absl::StatusOr<int64_t> ReturnTime(const ProgramRules& rules, const members::v1::Order& order,
                                   const std::optional<absl::Time>& asked, int64_t now_us);

// What the caps of a wallet type let in of an order, and those that cut.
struct LetInByCaps {
  int64_t amount;
  const std::vector<members::v1::CapCut>& cuts;
};
// Lowers the credits of one wallet, the last ones first, and the order's answer to that; a credit
// that is lowered tells the cuts.
void LetIn(const members::v1::WalletType& policy, const LetInByCaps& caps,
           std::vector<OrderCredit*> credits, members::v1::Order& order);

// How the lot of a credit is dated.
LotRules LotRulesOf(const members::v1::WalletType& type, const members::v1::Entry& detail);

}  // namespace laurel::members
