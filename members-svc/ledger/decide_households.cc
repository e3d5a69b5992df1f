#include <algorithm>

#include "lib/status/error.h"
#include "members-svc/ledger/answers.h"
#include "members-svc/ledger/decider.h"

namespace laurel::members {
namespace {

namespace pb = members::v1;

// Within a household points move whatever the wallet type says of transfers.
pb::WalletType Free(const pb::WalletType& policy) {
  pb::WalletType free = policy;
  free.set_transfers(pb::TRANSFER_POLICY_KEEP_EXPIRY);
  return free;
}

// What the entry brought the pool, less what it took, by this member.
int64_t BroughtBy(const std::string& member, const LedgerEntry& entry) {
  pb::Entry detail;
  detail.ParseFromString(entry.detail);
  if (detail.member_id() != member) return 0;
  return entry.active_delta + entry.pending_delta + entry.reserved_delta;
}

}  // namespace

base::Uuid Decider::OwnerOf(int wallet_no) const {
  const WalletTypeRules* type = rules_->WalletTypeByNumber(wallet_no);
  return type == nullptr ? member_id_ : state_.OwnerOf(member_id_, *type);
}

base::Uuid Decider::ActingIn(const Draft& draft, const LedgerEntry& entry) const {
  const bool person = !state_.members.at(draft.state->id.owner_id).household ||
                      draft.member != draft.state->id.owner_id;
  return person && !IsByTime(entry) ? draft.member : base::Uuid{};
}

absl::StatusOr<Capped> Decider::WithinPoolLimit(const WalletTypeRules& type, int64_t amount) const {
  Capped limited;
  const Membership* household = type.policy.has_pool() ? state_.HouseholdOf(member_id_) : nullptr;
  if (household == nullptr) return limited;
  const auto limit = PoolLimitOf(type, {*household, member_id_},
                                 absl::FromUnixMicros(state_.now_us), rules_->time_zone);
  if (!limit) return limited;
  const auto counter = state_.counters.find(limit->counter);
  const int64_t used = counter == state_.counters.end() ? 0 : counter->second.now.points;
  LAUREL_RETURN_IF_ERROR(CheckPoolLimit(*limit, used, amount));
  limited.amount = amount;
  limited.counters.push_back(limit->counter);
  return limited;
}

int64_t Decider::OwnShare(const WalletTypeRules& type, const Membership& membership,
                          const Wallet& pool) const {
  const int64_t active = std::max<int64_t>(pool.active, 0);
  const auto size = state_.household_sizes.find(membership.household_id);
  if (size != state_.household_sizes.end() && size->second <= 1) return active;
  if (type.policy.pool().on_leave() != pb::LEAVE_POLICY_TAKE_OWN) return 0;
  const std::string member = base::EncodeId("mem", member_id_);
  const EntryKey first{membership.household_id, type.wallet_no, 0};
  int64_t own = 0;
  for (auto at = state_.pool_entries.lower_bound(first); at != state_.pool_entries.end(); ++at) {
    const auto& [owner, wallet_no, seq] = at->first;
    if (owner != membership.household_id || wallet_no != type.wallet_no) break;
    if (at->second.entry.create_us >= membership.join_us) {
      own += BroughtBy(member, at->second.entry);
    }
  }
  for (const WrittenEntry& written : state_.entries) {
    if (written.wallet.owner_id == membership.household_id &&
        written.wallet.wallet_no == type.wallet_no) {
      own += BroughtBy(member, written.entry);
    }
  }
  return std::clamp<int64_t>(own, 0, active);
}

absl::StatusOr<Outcome> Decider::Run(const LeaveHousehold&) {
  const auto found = state_.memberships.find(member_id_);
  if (found == state_.memberships.end()) return NotInHousehold();
  for (const Membership& membership : found->second) {
    if (membership.end_key == command_->request_key) return ToProto(membership, member_id_);
  }
  Membership& membership = found->second.back();
  if (membership.end_us != 0) return NotInHousehold();
  std::vector<Draft> drafts;
  for (const WalletTypeRules& type : rules_->wallet_types) {
    if (!type.policy.has_pool()) continue;
    pb::WalletType free = Free(type.policy);
    free.clear_max_balance();  // what is the member's own is not refused
    const Moment moment{free, state_.now_us};
    Draft pool = Open(membership.household_id, type.wallet_no, member_id_);
    const int64_t amount = OwnShare(type, membership, pool.wallet);
    if (amount == 0) continue;
    LAUREL_RETURN_IF_ERROR(TransferOut(pool.wallet, moment, amount, pool.entries));
    Draft own = Open(member_id_, type.wallet_no, member_id_);
    LAUREL_RETURN_IF_ERROR(
        TransferIn(own.wallet, moment, pool.entries[pool.main].lots, own.entries));
    for (Draft* draft : {&pool, &own}) {
      draft->entries[draft->main].detail = Detail("");
      drafts.push_back(std::move(*draft));
    }
  }
  for (Draft& draft : drafts) TakeOver(std::move(draft));
  membership.end_us = std::max(state_.now_us, membership.join_us);
  membership.end_key = command_->request_key;
  membership.ended_now = true;
  --state_.household_sizes[membership.household_id];
  return ToProto(membership, member_id_);
}

absl::StatusOr<Outcome> Decider::Run(const ContributePoints& contribute) {
  LAUREL_ASSIGN_OR_RETURN(const WalletTypeRules* type, TypeOf(contribute.wallet_type));
  if (!type->policy.has_pool()) {
    return status::Refused("WALLET_TYPE_NOT_POOLED",
                           "Households do not share wallets of this type.");
  }
  const Membership* membership = state_.HouseholdOf(member_id_);
  if (membership == nullptr) return NotInHousehold();
  const pb::WalletType free = Free(type->policy);
  const Moment moment{free, state_.now_us};
  Draft own = Open(member_id_, type->wallet_no, member_id_);
  LAUREL_RETURN_IF_ERROR(TransferOut(own.wallet, moment, contribute.amount, own.entries));
  Draft pool = Open(membership->household_id, type->wallet_no, member_id_);
  LAUREL_RETURN_IF_ERROR(TransferIn(pool.wallet, moment, own.entries[own.main].lots, pool.entries));
  const std::string detail = DetailOf("", contribute.actor).SerializeAsString();
  own.entries[own.main].detail = detail;
  pool.entries[pool.main].detail = detail;
  Accept(std::move(pool), false);
  const WrittenEntry& written = Accept(std::move(own));
  return ToProto(written.wallet, type->policy.code(), written.entry);
}

}  // namespace laurel::members
