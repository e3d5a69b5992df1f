#include "referrals-svc/store/referrals.h"

#include "lib/base/bucket.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"

namespace laurel::referrals::store {
namespace {

// A row of get_referral and list_referrals.
v1::Referral ToProto(const db::Row& row) {
  v1::Referral out;
  out.set_referral_id(base::EncodeId("ref", row.Uuid(0)));
  out.set_referral_program_id(base::EncodeId("rfp", row.Uuid(1)));
  out.set_referrer_member_id(base::EncodeId("mem", row.Uuid(2)));
  out.set_referee_member_id(base::EncodeId("mem", row.Uuid(3)));
  base::SetTimestamp(row.Time(4), out.mutable_create_time());
  out.set_state(v1::REFERRAL_STATE_REGISTERED);
  if (const auto order_id = row.OptionalUuid(5)) {
    out.set_order_id(base::EncodeId("ord", *order_id));
    base::SetTimestamp(row.Time(6), out.mutable_qualify_time());
    out.set_state(row.Bool(7) ? v1::REFERRAL_STATE_PAID : v1::REFERRAL_STATE_QUALIFIED);
  }
  return out;
}

}  // namespace

absl::Status ReferralNotFound() {
  return status::NotFound("REFERRAL_NOT_FOUND", "There is no such referral.");
}

absl::Status LockGraph(db::Tx& tx, const base::Uuid& program_id) {
  return tx.Query("lock_referral_graph", program_id).status();
}

absl::StatusOr<bool> IsReferred(db::Tx& tx, const base::Uuid& member_id) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("find_referrer", base::BucketOf(member_id), member_id));
  return !rows.empty();
}

absl::StatusOr<bool> IsAncestor(db::Tx& tx, const base::Uuid& ancestor,
                                const base::Uuid& member_id) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("is_ancestor", base::BucketOf(member_id), member_id,
                                   base::BucketOf(ancestor), ancestor));
  return rows[0].Bool(0);
}

absl::Status InsertReferral(db::Tx& tx, const OpenReferral& r) {
  return tx
      .Query("insert_referral", r.bucket, r.referee_id, r.referral_id, r.program_id,
             r.referral_program_id, base::BucketOf(r.referrer_id), r.referrer_id, r.create_time)
      .status();
}

absl::StatusOr<v1::Referral> GetReferral(db::Tx& tx, const base::Uuid& program_id,
                                         const base::Uuid& referral_id) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("get_referral", program_id, referral_id));
  if (rows.empty()) return ReferralNotFound();
  return ToProto(rows[0]);
}

absl::StatusOr<std::vector<v1::Referral>> ListReferrals(db::Tx& tx, const ReferralsOf& filter) {
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("list_referrals", base::BucketOf(filter.referrer_id), filter.referrer_id,
               filter.program_id, filter.before, filter.limit));
  std::vector<v1::Referral> referrals;
  for (size_t i = 0; i < rows.size(); ++i) referrals.push_back(ToProto(rows[i]));
  return referrals;
}

absl::StatusOr<std::vector<OpenReferral>> LockOpenReferrals(
    db::Tx& tx, const std::vector<std::pair<int, base::Uuid>>& referees) {
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("lock_open_referrals", db::ArrayOf(referees, [](const auto& r) { return r.first; }),
               db::ArrayOf(referees, [](const auto& r) { return r.second; })));
  std::vector<OpenReferral> open;
  for (size_t i = 0; i < rows.size(); ++i) {
    open.push_back({.bucket = static_cast<int>(rows[i].Int(0)),
                    .referee_id = rows[i].Uuid(1),
                    .referral_id = rows[i].Uuid(2),
                    .program_id = rows[i].Uuid(3),
                    .referral_program_id = rows[i].Uuid(4),
                    .referrer_id = rows[i].Uuid(5),
                    .create_time = rows[i].Time(6)});
  }
  return open;
}

absl::Status Qualify(db::Tx& tx, const std::vector<Qualified>& qualified) {
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows updated,
      tx.Query("qualify_referrals",
               db::ArrayOf(qualified, [](const Qualified& q) { return q.referral.bucket; }),
               db::ArrayOf(qualified, [](const Qualified& q) { return q.referral.referee_id; }),
               db::ArrayOf(qualified, [](const Qualified& q) { return q.order_id; }),
               db::ArrayOf(qualified, [](const Qualified& q) { return q.qualify_time; })));
  if (updated.affected() != qualified.size()) return db::Conflict("a referral qualified meanwhile");
  return absl::OkStatus();
}

}  // namespace laurel::referrals::store
