#include "members-svc/domain/replay_tiers.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/tier_validation.h"

namespace laurel::members {
namespace {

namespace pb = members::v1;

int64_t UsOf(const google::protobuf::Timestamp& time) {
  return absl::ToUnixMicros(base::FromTimestamp(time));
}

TierVersions VersionsOf(const google::protobuf::RepeatedPtrField<pb::TierSet>& sets) {
  TierVersions versions;
  for (const pb::TierSet& set : sets) {
    auto rules = std::make_shared<TierRules>();
    rules->set = set;
    if (set.has_start_time()) rules->from_us = UsOf(set.start_time());
    versions.push_back(std::move(rules));
  }
  return versions;
}

// -1: the tier set has no such tier.
int PlaceOf(const pb::TierSet& set, const std::string& code) {
  for (int i = 0; i < set.tiers_size(); ++i) {
    if (set.tiers(i).code() == code) return i;
  }
  return -1;
}

}  // namespace

absl::Status KeepTierSets(const std::vector<TierVersions>& saved,
                          const google::protobuf::RepeatedPtrField<pb::TierSet>& drafts,
                          const ProgramRules& rules, absl::Time now, pb::Replay* replay) {
  std::map<std::string, pb::ReplayedTierSet*> by_code;
  for (const TierVersions& versions : saved) {
    pb::ReplayedTierSet& kept = *replay->add_tier_sets();
    for (const auto& version : versions) *kept.add_versions() = version->set;
    by_code[versions.back()->set.code()] = &kept;
  }
  std::set<std::string> tried;
  for (int i = 0; i < drafts.size(); ++i) {
    const std::string path = absl::StrCat("tierSets[", i, "]");
    pb::TierSet draft = drafts[i];
    Normalise(&draft);
    LAUREL_RETURN_IF_ERROR(ValidateTierSet(draft, rules.wallet_types, nullptr, now, path));
    if (!tried.insert(draft.code()).second) {
      return status::Invalid("TIER_SET_INVALID", {{path + ".code", "stands twice"}});
    }
    pb::ReplayedTierSet*& kept = by_code[draft.code()];
    if (kept == nullptr) kept = replay->add_tier_sets();
    *kept->mutable_draft() = std::move(draft);
  }
  return absl::OkStatus();
}

// How many members were and would be where.
struct TierReplay::Tally {
  std::map<std::string, int64_t> given;
  std::map<std::string, int64_t> replayed;
  std::map<std::pair<std::string, std::string>, int64_t> moves;
  TierMoves moves_given;
  TierMoves moves_replayed;
};

TierReplay::TierReplay(const ProgramRules& rules, const pb::Replay& replay)
    : zone_(rules.time_zone),
      end_us_(std::min(UsOf(replay.end_time()), UsOf(replay.create_time()))) {
  for (const pb::ReplayedTierSet& kept : replay.tier_sets()) {
    Set& set = sets_.emplace_back();
    set.draft = kept.has_draft();
    set.code = kept.has_draft() ? kept.draft().code() : kept.versions(0).code();
    set.given = SideOf(rules, VersionsOf(kept.versions()));
    set.replayed = set.given;
    if (!set.draft) continue;
    auto draft = std::make_shared<TierRules>();
    draft->set = kept.draft();
    set.replayed = SideOf(rules, {std::move(draft)});
  }
}

TierReplay::Side TierReplay::SideOf(const ProgramRules& rules, TierVersions versions) {
  Side side;
  if (versions.empty()) return side;
  const pb::TierSet& newest = versions.back()->set;  // metric and wallet are those of all versions
  side.metric = newest.metric();
  if (side.metric == pb::TIER_METRIC_POINTS_EARNED) {
    const WalletTypeRules* type = rules.FindWalletType(newest.wallet_type());
    side.wallet_no = type == nullptr ? 0 : type->wallet_no;
    wallets_.insert(side.wallet_no);
  } else {
    counts_orders_ = true;
  }
  side.versions = std::move(versions);
  return side;
}

void TierReplay::Add(const base::Uuid& member_id, const BoughtOrder& order,
                     absl::FunctionRef<TriedPoints(int wallet_no)> points) {
  const auto [at, joined] = members_.try_emplace(
      member_id, Member{.first_us = order.occur_us, .orders = {}, .by_wallet = {}});
  Member& member = at->second;
  // Tables and lists have room to spare: up to as much again.
  if (joined) held_bytes_ += 2 * (sizeof(*at) + wallets_.size() * sizeof(std::pair<int, Amounts>));
  if (counts_orders_) {
    member.orders.push_back(order);
    held_bytes_ += 2 * sizeof(order) + order.store.size();
  }
  for (const int wallet_no : wallets_) {
    const TriedPoints earned = points(wallet_no);
    Amounts& amounts = member.by_wallet[wallet_no];
    if (earned.given != 0) amounts.given.push_back({order.occur_us, earned.given});
    if (earned.replayed != 0) amounts.replayed.push_back({order.occur_us, earned.replayed});
    held_bytes_ +=
        2 * sizeof(TierAmount) * ((earned.given != 0 ? 1U : 0U) + (earned.replayed != 0 ? 1U : 0U));
  }
}

std::vector<base::Uuid> TierReplay::Members() const {
  std::vector<base::Uuid> ids;
  ids.reserve(members_.size());
  for (const auto& [id, member] : members_) ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

TierHistory TierReplay::HistoryOf(const Side& side, const Member& member, int64_t join_us,
                                  bool replayed) const {
  TierHistory history{
      .versions = side.versions, .zone = zone_, .join_us = join_us, .amounts = {}, .given = {}};
  if (side.metric == pb::TIER_METRIC_POINTS_EARNED) {
    const Amounts& amounts = member.by_wallet.at(side.wallet_no);
    history.amounts = replayed ? amounts.replayed : amounts.given;
  } else {
    history.amounts = BoughtAmounts(side.metric, member.orders, zone_);
  }
  return history;
}

const pb::TierSet& TierReplay::HoldingAtEnd(const Side& side) const {
  const auto* holding = &side.versions.front();
  for (const auto& version : side.versions) {
    if (version->from_us <= end_us_) holding = &version;
  }
  return (*holding)->set;
}

void TierReplay::Count(const Set& set, const Member& member, int64_t join_us, Tally& tally) const {
  const auto count = [&](const Side& side, bool replayed, TierMoves& moves) -> std::string {
    const TierHistory history = HistoryOf(side, member, join_us, replayed);
    const TierMoves own = MovesUntil(history, end_us_);
    moves.rises += own.rises;
    moves.falls += own.falls;
    const TierStanding standing = TierAt(history, end_us_);
    return TierCode(history, standing.version, standing.tier);
  };
  const std::string to = count(set.replayed, true, tally.moves_replayed);
  ++tally.replayed[to];
  if (set.given.versions.empty()) return;
  const std::string from = count(set.given, false, tally.moves_given);
  ++tally.given[from];
  if (from != to) ++tally.moves[{from, to}];
}

void TierReplay::Fill(const Set& set, const Tally& tally, pb::ReplayTierSet* out) const {
  out->set_code(set.code);
  out->set_draft(set.draft);
  const pb::TierSet& replayed = HoldingAtEnd(set.replayed);
  std::vector<std::string> codes;
  for (const pb::Tier& tier : replayed.tiers()) codes.push_back(tier.code());
  if (!set.given.versions.empty()) {
    for (const pb::Tier& tier : HoldingAtEnd(set.given).tiers()) {
      if (PlaceOf(replayed, tier.code()) < 0) codes.push_back(tier.code());
    }
  }
  const auto in = [](const std::map<std::string, int64_t>& members, const std::string& code) {
    const auto found = members.find(code);
    return found == members.end() ? 0 : found->second;
  };
  for (const std::string& code : codes) {
    pb::ReplayTier& tier = *out->add_tiers();
    tier.set_tier(code);
    tier.set_members_given(in(tally.given, code));
    tier.set_members_replayed(in(tally.replayed, code));
  }
  for (const std::string& from : codes) {
    for (const std::string& to : codes) {
      const auto moved = tally.moves.find({from, to});
      if (moved == tally.moves.end()) continue;
      int before = PlaceOf(replayed, from);
      if (before < 0) before = PlaceOf(HoldingAtEnd(set.given), from);
      const int after = PlaceOf(replayed, to);
      pb::ReplayTierMove& move = *out->add_moves();
      move.set_from_tier(from);
      move.set_to_tier(to);
      move.set_up(after > before);
      move.set_members(moved->second);
      if (after > before) out->set_members_higher(out->members_higher() + moved->second);
      if (after < before) out->set_members_lower(out->members_lower() + moved->second);
    }
  }
  out->set_rises_given(tally.moves_given.rises);
  out->set_rises_replayed(tally.moves_replayed.rises);
  out->set_falls_given(tally.moves_given.falls);
  out->set_falls_replayed(tally.moves_replayed.falls);
}

void TierReplay::Finish(const JoinTimes& joined, pb::ReplayResult* result) const {
  for (const Set& set : sets_) {
    Tally tally;
    for (const auto& [id, member] : members_) {
      const auto found = joined.find(id);
      const bool in_time = found != joined.end() && found->second <= end_us_;
      Count(set, member, in_time ? found->second : std::min(member.first_us, end_us_), tally);
    }
    Fill(set, tally, result->add_tier_sets());
  }
}

}  // namespace laurel::members
