// Orders that make referrals qualify. A delivery in which no member has an open referral costs one
// look-up beyond its inbox rows.

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "lib/outbox/outbox.h"
#include "lib/payout/payout.h"
#include "lib/status/error.h"
#include "referrals-svc/domain/referral.h"
#include "referrals-svc/handlers/handlers.h"
#include "referrals-svc/store/programs.h"
#include "referrals-svc/store/referrals.h"

namespace laurel::referrals::handlers {
namespace {

using OrdersByMember = absl::flat_hash_map<base::Uuid, std::vector<const events::Fact*>>;

absl::StatusOr<std::vector<OpenReferral>> LockReferralsOf(db::Tx& tx,
                                                          const OrdersByMember& orders) {
  std::vector<std::pair<int, base::Uuid>> referees;
  for (const auto& [member, facts] : orders) referees.emplace_back(facts.front()->bucket, member);
  if (referees.empty()) return std::vector<OpenReferral>();
  return store::LockOpenReferrals(tx, referees);
}

// The first of a member's orders, as delivered, that makes the referral qualify; null: none.
const events::Fact* FirstQualifying(const OpenReferral& referral,
                                    const v1::ReferralProgram& program,
                                    const std::vector<const events::Fact*>& orders) {
  const auto first = std::find_if(orders.begin(), orders.end(), [&](const events::Fact* fact) {
    const auto& order = fact->event->order_recorded();
    return base::DecodeId("ord", order.order_id()).has_value() &&
           Qualifies(referral, program.qualification(), order);
  });
  return first == orders.end() ? nullptr : *first;
}

// What a delivery changes.
struct Changes {
  std::vector<store::Qualified> qualified;
  std::vector<payout::Payout> payouts;
  std::vector<events::v1::Event> events;
};

void Add(const Deps& deps, const OpenReferral& referral, const v1::ReferralProgram& program,
         const events::Fact& order, Changes& changes) {
  const absl::Time now = std::max(deps.clock.Now(), referral.create_time);
  changes.qualified.push_back(
      {referral, *base::DecodeId("ord", order.event->order_recorded().order_id()), now});
  for (payout::Payout& payout : PayoutsOf(referral, program)) {
    payout.payout_id = deps.ids.Next(now);
    changes.payouts.push_back(std::move(payout));
  }
  const std::string referral_id = base::EncodeId("ref", referral.referral_id);
  const std::string referee_id = base::EncodeId("mem", referral.referee_id);
  events::v1::Event event = outbox::MakeEvent({.id = deps.ids.Next(now),
                                               .source = "referrals",
                                               .subject = referral_id,
                                               .program_id = order.event->program_id(),
                                               .member_id = referee_id,
                                               .time = now,
                                               .traceparent = order.event->traceparent()});
  events::v1::ReferralQualified& fact = *event.mutable_referral_qualified();
  fact.set_referral_id(referral_id);
  fact.set_referrer_member_id(base::EncodeId("mem", referral.referrer_id));
  fact.set_referee_member_id(referee_id);
  changes.events.push_back(std::move(event));
}

absl::Status Write(const Deps& deps, db::Tx& tx, const Changes& changes) {
  const absl::Time now = deps.clock.Now();
  LAUREL_RETURN_IF_ERROR(store::Qualify(tx, changes.qualified));
  LAUREL_RETURN_IF_ERROR(payout::Insert(tx, changes.payouts, now));
  return outbox::Write(tx, outbox::Pack(changes.events, now, deps.ids.Next(now)));
}

// Whether any referral qualified.
absl::StatusOr<bool> QualifyReferrals(const Deps& deps, db::Tx& tx,
                                      const std::vector<events::Fact>& facts) {
  OrdersByMember orders;
  for (const events::Fact& fact : facts) {
    if (fact.event->has_order_recorded()) orders[fact.member_id].push_back(&fact);
  }
  LAUREL_ASSIGN_OR_RETURN(const auto open, LockReferralsOf(tx, orders));
  if (open.empty()) return false;
  std::vector<std::pair<base::Uuid, base::Uuid>> program_ids;
  for (const auto& r : open) program_ids.emplace_back(r.program_id, r.referral_program_id);
  std::sort(program_ids.begin(), program_ids.end());
  program_ids.erase(std::unique(program_ids.begin(), program_ids.end()), program_ids.end());
  LAUREL_ASSIGN_OR_RETURN(const auto programs, store::LoadPrograms(tx, program_ids));
  Changes changes;
  for (const OpenReferral& referral : open) {
    const v1::ReferralProgram& program = programs.at(referral.referral_program_id);
    const events::Fact* order = FirstQualifying(referral, program, orders[referral.referee_id]);
    if (order != nullptr) Add(deps, referral, program, *order, changes);
  }
  if (changes.qualified.empty()) return false;
  LAUREL_RETURN_IF_ERROR(Write(deps, tx, changes));
  return true;
}

}  // namespace

absl::Status Deliver(const Deps& deps, const server::Call& call,
                     const events::v1::DeliverRequest& request, events::v1::DeliverResponse*) {
  bool qualified = false;
  LAUREL_RETURN_IF_ERROR(deps.consumer.Deliver(
      call.deadline, request,
      [&](db::Tx& tx, const std::vector<events::Fact>& facts) -> absl::Status {
        LAUREL_ASSIGN_OR_RETURN(qualified, QualifyReferrals(deps, tx, facts));
        return absl::OkStatus();
      }));
  if (qualified) {
    deps.relay.Wake();
    deps.payer.Wake();
  }
  return absl::OkStatus();
}

}  // namespace laurel::referrals::handlers
