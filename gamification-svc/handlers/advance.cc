#include "gamification-svc/handlers/advance.h"

#include <algorithm>
#include <map>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "gamification-svc/domain/challenge.h"
#include "gamification-svc/domain/progress.h"
#include "gamification-svc/store/challenges.h"
#include "gamification-svc/store/progress.h"
#include "lib/base/bucket.h"
#include "lib/outbox/outbox.h"
#include "lib/payout/payout.h"
#include "lib/status/error.h"

namespace laurel::gamification::handlers {
namespace {

// What a delivery brings for one member in one challenge.
struct Feed {
  const store::StoredChallenge* challenge = nullptr;
  std::vector<Contribution> news;
  std::string traceparent;  // of the last event
};
// In key order, in which rows are locked and written.
using Feeds = std::map<store::ProgressKey, Feed>;

absl::StatusOr<std::vector<store::StoredChallenge>> ChallengesFor(
    db::Tx& tx, const std::vector<events::Fact>& facts) {
  absl::flat_hash_set<base::Uuid> programs;
  absl::flat_hash_set<v1::EventType> types;
  for (const events::Fact& fact : facts) {
    const std::vector<v1::EventType> concerned = TypesOf(*fact.event);
    if (concerned.empty()) continue;
    programs.insert(fact.program_id);
    types.insert(concerned.begin(), concerned.end());
  }
  if (types.empty()) return std::vector<store::StoredChallenge>();
  return store::LoadChallenges(tx, programs, types);
}

// Whom an event counts for; empty: nobody.
std::optional<base::Uuid> MemberOf(const events::Fact& fact) {
  if (!fact.event->has_referral_qualified()) return fact.member_id;
  return base::DecodeId("mem", fact.event->referral_qualified().referrer_member_id());
}

Feeds FeedsOf(const std::vector<store::StoredChallenge>& challenges,
              const std::vector<events::Fact>& facts) {
  Feeds feeds;
  for (const events::Fact& fact : facts) {
    const absl::Time occurred = events::OccurTimeOf(*fact.event);
    for (const store::StoredChallenge& stored : challenges) {
      if (stored.program_id != fact.program_id) continue;
      const auto news = ContributionsOf(stored.challenge, *fact.event, occurred);
      if (news.empty()) continue;
      const auto member = MemberOf(fact);
      if (!member) continue;
      Feed& feed = feeds[{base::BucketOf(*member), *member, stored.challenge_id}];
      feed.challenge = &stored;
      feed.news.insert(feed.news.end(), news.begin(), news.end());
      feed.traceparent = fact.event->traceparent();
    }
  }
  return feeds;
}

// What a delivery changes.
struct Changes {
  std::vector<store::ProgressRow> begun;
  std::vector<store::ProgressRow> moved;
  std::vector<store::BadgeRow> badges;
  std::vector<payout::Payout> payouts;
  std::vector<store::ProgressKey> revoked;  // badges
  std::vector<payout::Undone> undone;       // payouts
  std::vector<events::v1::Event> events;
};

events::v1::Event EventOf(const Deps& deps, const store::ProgressKey& key, const Feed& feed,
                          absl::Time now) {
  return outbox::MakeEvent({.id = deps.ids.Next(now),
                            .source = "gamification",
                            .subject = feed.challenge->challenge.challenge_id(),
                            .program_id = base::EncodeId("prg", feed.challenge->program_id),
                            .member_id = base::EncodeId("mem", key.member_id),
                            .time = now,
                            .traceparent = feed.traceparent});
}

void AddCompletion(const Deps& deps, const store::ProgressKey& key, const Feed& feed,
                   absl::Time now, Changes& changes) {
  const v1::Challenge& challenge = feed.challenge->challenge;
  const base::Uuid program_id = feed.challenge->program_id;
  if (!challenge.badge().empty()) changes.badges.push_back({key, program_id, challenge.badge()});
  if (challenge.points() > 0) {
    changes.payouts.push_back({.bucket = key.bucket,
                               .payout_id = deps.ids.Next(now),
                               .program_id = program_id,
                               .member_id = key.member_id,
                               .cause_id = key.challenge_id,
                               .wallet_type = kPointsWallet,
                               .amount = challenge.points(),
                               .reason = "Completed a challenge"});
  }
  events::v1::Event event = EventOf(deps, key, feed, now);
  events::v1::ChallengeCompleted& fact = *event.mutable_challenge_completed();
  fact.set_challenge_id(challenge.challenge_id());
  fact.set_badge(challenge.badge());
  fact.set_points(challenge.points());
  changes.events.push_back(std::move(event));
}

// The opposite, in all.
void AddUndoing(const Deps& deps, const store::ProgressKey& key, const Feed& feed, absl::Time now,
                Changes& changes) {
  const v1::Challenge& challenge = feed.challenge->challenge;
  if (!challenge.badge().empty()) changes.revoked.push_back(key);
  if (challenge.points() > 0)
    changes.undone.push_back({key.bucket, key.challenge_id, key.member_id, deps.ids.Next(now)});
  events::v1::Event event = EventOf(deps, key, feed, now);
  events::v1::ChallengeUndone& fact = *event.mutable_challenge_undone();
  fact.set_challenge_id(challenge.challenge_id());
  fact.set_badge(challenge.badge());
  fact.set_points(challenge.points());
  changes.events.push_back(std::move(event));
}

absl::StatusOr<Changes> Decide(const Deps& deps, db::Tx& tx, const Feeds& feeds, absl::Time now) {
  std::vector<store::ProgressKey> keys;
  for (const auto& [key, feed] : feeds) keys.push_back(key);
  LAUREL_ASSIGN_OR_RETURN(auto known, store::LockProgress(tx, keys));
  Changes changes;
  for (const auto& [key, feed] : feeds) {
    const auto found = known.find(key);
    if (found != known.end() && found->second.settled) continue;
    store::ProgressRow row{key, feed.challenge->program_id, {}};
    if (found != known.end()) row.progress = std::move(found->second);
    const Change change = Advance(feed.challenge->challenge, feed.news, now, row.progress);
    if (change == Change::kCompleted) AddCompletion(deps, key, feed, now, changes);
    if (change == Change::kUndone) AddUndoing(deps, key, feed, now, changes);
    (found == known.end() ? changes.begun : changes.moved).push_back(std::move(row));
  }
  return changes;
}

}  // namespace

std::vector<store::Score> ScoresOf(const std::vector<events::Fact>& facts) {
  std::map<std::pair<int, base::Uuid>, store::Score> by_member;
  for (const events::Fact& fact : facts) {
    const int64_t added = ScoreOf(*fact.event);
    if (added == 0) continue;
    store::Score& score = by_member[{fact.bucket, fact.member_id}];
    score.member_id = fact.member_id;
    score.program_id = fact.program_id;
    score.score += added;
  }
  std::vector<store::Score> scores;
  for (const auto& [key, score] : by_member) scores.push_back(score);
  return scores;
}

absl::StatusOr<bool> AdvanceChallenges(const Deps& deps, db::Tx& tx,
                                       const std::vector<events::Fact>& facts) {
  LAUREL_ASSIGN_OR_RETURN(const auto challenges, ChallengesFor(tx, facts));
  const Feeds feeds = FeedsOf(challenges, facts);
  if (feeds.empty()) return false;
  const absl::Time now = deps.clock.Now();
  LAUREL_ASSIGN_OR_RETURN(const Changes changes, Decide(deps, tx, feeds, now));
  LAUREL_RETURN_IF_ERROR(store::InsertProgress(tx, changes.begun));
  LAUREL_RETURN_IF_ERROR(store::UpdateProgress(tx, changes.moved));
  if (changes.events.empty()) return false;
  LAUREL_RETURN_IF_ERROR(store::DeleteBadges(tx, changes.revoked));
  LAUREL_RETURN_IF_ERROR(store::InsertBadges(tx, changes.badges, now));
  LAUREL_RETURN_IF_ERROR(payout::TakeBack(tx, changes.undone, now));
  LAUREL_RETURN_IF_ERROR(payout::Owe(tx, changes.payouts, now));
  LAUREL_RETURN_IF_ERROR(outbox::Write(tx, outbox::Pack(changes.events, now, deps.ids.Next(now))));
  return true;
}

}  // namespace laurel::gamification::handlers
