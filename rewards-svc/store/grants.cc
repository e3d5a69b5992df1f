#include "rewards-svc/store/grants.h"

#include <algorithm>
#include <utility>

#include "lib/base/bucket.h"
#include "lib/outbox/outbox.h"
#include "lib/status/error.h"
#include "rewards-svc/domain/coupon_code.h"

namespace laurel::rewards {
namespace {

// Of the members, where redemptions and grants lie.
int BucketOf(const Grant& grant) { return base::BucketOf(grant.member_id); }

absl::Status InsertGiven(db::Tx& tx, const std::vector<Dealt>& dealt, absl::Time now,
                         absl::Time position) {
  db::ArrayBuilder buckets, ids, programs, members, rewards, wallets, codes, held, grants;
  db::ArrayBuilder code_buckets, hashes, code_programs, code_ids;
  size_t count = 0;
  for (const Dealt& one : dealt) {
    if (!one.given) continue;
    const Redemption& given = *one.given;
    buckets.Add(given.bucket);
    ids.Add(given.redemption_id);
    programs.Add(given.program_id);
    members.Add(given.member_id);
    rewards.Add(given.reward_id);
    wallets.Add(std::string_view(given.wallet_type));
    codes.Add(std::string_view(given.coupon_code));
    held.Add(given.stock_held ? 1 : 0);
    grants.Add(one.grant.grant_id);
    const std::string hash = CouponHash(given.program_id, given.coupon_code);
    code_buckets.Add(base::BucketOfHash(hash));
    hashes.Add(db::Bytes{hash});
    code_programs.Add(given.program_id);
    code_ids.Add(given.redemption_id);
    ++count;
  }
  if (count == 0) return absl::OkStatus();
  LAUREL_RETURN_IF_ERROR(tx.Query("insert_granted_redemptions", now, position, buckets.Take(),
                                  ids.Take(), programs.Take(), members.Take(), rewards.Take(),
                                  wallets.Take(), codes.Take(), held.Take(), grants.Take())
                             .status());
  LAUREL_ASSIGN_OR_RETURN(const db::Rows inserted,
                          tx.Query("insert_coupon_codes", code_buckets.Take(), hashes.Take(),
                                   code_programs.Take(), code_ids.Take()));
  if (inserted.affected() != count) return db::Conflict("a coupon code exists");
  return absl::OkStatus();
}

events::v1::Event EventOf(const Dealt& one, const base::Uuid& id, absl::Time now) {
  const Grant& grant = one.grant;
  const std::string grant_id = base::EncodeId("grt", grant.grant_id);
  const std::string reward_id = base::EncodeId("rwd", grant.reward_id);
  const std::string subject =
      one.given ? base::EncodeId("rdm", one.given->redemption_id) : grant_id;
  const std::string program = base::EncodeId("prg", grant.program_id);
  const std::string member = base::EncodeId("mem", grant.member_id);
  events::v1::Event event = outbox::MakeEvent({.id = id,
                                               .source = "rewards",
                                               .subject = subject,
                                               .program_id = program,
                                               .member_id = member,
                                               .time = now,
                                               .traceparent = grant.traceparent});
  if (one.given) {
    auto* issued = event.mutable_reward_issued();
    issued->set_redemption_id(subject);
    issued->set_reward_id(reward_id);
    issued->set_grant_id(grant_id);
  } else {
    auto* refused = event.mutable_grant_refused();
    refused->set_grant_id(grant_id);
    refused->set_reward_id(reward_id);
    refused->set_campaign_id(base::EncodeId("cmp", grant.campaign_id));
    refused->set_reason(one.reason);
  }
  return event;
}

}  // namespace

absl::StatusOr<absl::flat_hash_set<base::Uuid>> FindGrants(db::Tx& tx,
                                                           const std::vector<Grant>& grants) {
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("find_grants", db::ArrayOf(grants, BucketOf),
               db::ArrayOf(grants, [](const Grant& grant) { return grant.grant_id; })));
  absl::flat_hash_set<base::Uuid> out;
  for (size_t i = 0; i < rows.size(); ++i) out.insert(rows[i].Uuid(0));
  return out;
}

absl::StatusOr<Counts> TakeStocks(db::Tx& tx, const Counts& wanted) {
  Counts out;
  if (wanted.empty()) return out;
  db::ArrayBuilder buckets, programs, rewards, counts;
  for (const auto& [reward, count] : wanted) {
    buckets.Add(base::BucketOf(reward.second));
    programs.Add(reward.first);
    rewards.Add(reward.second);
    counts.Add(count);
  }
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("take_stocks", buckets.Take(), programs.Take(), rewards.Take(), counts.Take()));
  for (size_t i = 0; i < rows.size(); ++i) {
    out[{rows[i].Uuid(0), rows[i].Uuid(1)}] = rows[i].Int(2);
  }
  return out;
}

absl::StatusOr<absl::Time> EventPositionFor(db::Tx& tx, const std::vector<Grant>& grants,
                                            absl::Time now) {
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("find_last_events", db::ArrayOf(grants, BucketOf),
               db::ArrayOf(grants, [](const Grant& grant) { return grant.member_id; })));
  const auto last = rows[0].OptionalTime(0);
  return last ? std::max(now, *last + absl::Microseconds(1)) : now;
}

absl::Status WriteGrants(db::Tx& tx, base::IdSource& ids, const std::vector<Dealt>& dealt,
                         absl::Time now, absl::Time position) {
  LAUREL_RETURN_IF_ERROR(InsertGiven(tx, dealt, now, position));
  db::ArrayBuilder buckets, grants, programs, members, rewards, campaigns, versions, redemptions,
      reasons;
  std::vector<events::v1::Event> events;
  for (const Dealt& one : dealt) {
    buckets.Add(BucketOf(one.grant));
    grants.Add(one.grant.grant_id);
    programs.Add(one.grant.program_id);
    members.Add(one.grant.member_id);
    rewards.Add(one.grant.reward_id);
    campaigns.Add(one.grant.campaign_id);
    versions.Add(one.grant.campaign_version);
    if (one.given) {
      redemptions.Add(one.given->redemption_id);
    } else {
      redemptions.AddNull();
    }
    reasons.Add(std::string_view(one.reason));
    events.push_back(EventOf(one, ids.Next(now), now));
  }
  LAUREL_RETURN_IF_ERROR(tx.Query("insert_grants", now, buckets.Take(), grants.Take(),
                                  programs.Take(), members.Take(), rewards.Take(), campaigns.Take(),
                                  versions.Take(), redemptions.Take(), reasons.Take())
                             .status());
  return outbox::Write(tx, outbox::Pack(std::move(events), position, ids.Next(now)));
}

}  // namespace laurel::rewards
