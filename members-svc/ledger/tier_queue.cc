#include "members-svc/ledger/tier_queue.h"

#include "members-svc/ledger/batch_state.h"

namespace laurel::members {
namespace {

constexpr size_t kMost = 100000;

}  // namespace

void TierQueue::SetPrograms(absl::flat_hash_set<base::Uuid> programs) {
  const std::lock_guard lock(mutex_);
  programs_ = std::move(programs);
  any_.store(!programs_.empty(), std::memory_order_relaxed);
}

void TierQueue::Note(const BatchState& written) {
  if (!any_.load(std::memory_order_relaxed)) return;
  const std::lock_guard lock(mutex_);
  const auto add = [&](const base::Uuid& program, const base::Uuid& member) {
    if (members_.size() < kMost && programs_.contains(program)) members_.emplace(program, member);
  };
  for (const WrittenEntry& one : written.entries) add(one.wallet.program_id, one.wallet.owner_id);
  for (const StoredOrder& order : written.orders) add(order.program_id, order.member_id);
  for (const StoredReturn& one : written.new_returns) add(one.program_id, one.member_id);
  for (const CampaignGrant& one : written.grants) add(one.program_id, one.member_id);
}

void TierQueue::NoteIfAsked(const Member& member) {
  if (!any_.load(std::memory_order_relaxed)) return;
  const std::lock_guard lock(mutex_);
  if (members_.size() < kMost && programs_.contains(member.first)) members_.insert(member);
}

void TierQueue::Note(const Member& member) {
  const std::lock_guard lock(mutex_);
  if (members_.size() < kMost) members_.insert(member);
}

std::vector<TierQueue::Member> TierQueue::Take(size_t count) {
  const std::lock_guard lock(mutex_);
  std::vector<Member> out;
  while (out.size() < count && !members_.empty()) {
    const auto first = members_.begin();
    out.push_back(*first);
    members_.erase(first);
  }
  return out;
}

}  // namespace laurel::members
