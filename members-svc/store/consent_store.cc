#include "members-svc/store/consent_store.h"

#include "lib/base/bucket.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"

namespace laurel::members {
namespace {

// From the columns activity_type, grant_us, grant_actor, wording, withdraw_us, withdraw_actor.
v1::Consent ConsentOf(const db::Row& row, int first) {
  v1::Consent out;
  out.set_activity_type(std::string(row.Text(first)));
  base::SetTimestamp(row.Time(first + 1), out.mutable_grant_time());
  out.set_grant_actor(std::string(row.Text(first + 2)));
  out.set_wording(std::string(row.Text(first + 3)));
  if (row.IsNull(first + 4)) return out;
  base::SetTimestamp(row.Time(first + 4), out.mutable_withdraw_time());
  out.set_withdraw_actor(std::string(row.Text(first + 5)));
  return out;
}

}  // namespace

absl::Status ConsentRequired() {
  return status::Refused("CONSENT_REQUIRED",
                         "The member has not consented to this being recorded, or no longer.");
}

absl::StatusOr<absl::flat_hash_map<ConsentKey, v1::Consent>> FindConsents(
    db::Tx& tx, const std::vector<ConsentKey>& keys) {
  absl::flat_hash_map<ConsentKey, v1::Consent> out;
  if (keys.empty()) return out;
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("find_consents",
               db::ArrayOf(keys, [](const ConsentKey& k) { return base::BucketOf(k.first); }),
               db::ArrayOf(keys, [](const ConsentKey& k) { return k.first; }),
               db::ArrayOf(keys, [](const ConsentKey& k) { return std::string_view(k.second); })));
  for (size_t i = 0; i < rows.size(); ++i) {
    out[{rows[i].Uuid(0), std::string(rows[i].Text(1))}] = ConsentOf(rows[i], 1);
  }
  return out;
}

absl::StatusOr<std::vector<v1::Consent>> ListConsentRows(db::Tx& tx, const base::Uuid& member_id,
                                                         int64_t most) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("list_consents", base::BucketOf(member_id), member_id, most));
  std::vector<v1::Consent> out;
  for (size_t i = 0; i < rows.size(); ++i) out.push_back(ConsentOf(rows[i], 0));
  return out;
}

absl::Status InsertConsent(db::Tx& tx, const base::Uuid& program_id, const base::Uuid& member_id,
                           const v1::Consent& consent) {
  return tx
      .Query("insert_consent", base::BucketOf(member_id), member_id, consent.activity_type(),
             base::FromTimestamp(consent.grant_time()), program_id, consent.grant_actor(),
             consent.wording())
      .status();
}

absl::StatusOr<v1::Consent> WithdrawConsentRow(db::Tx& tx, const ConsentKey& key, absl::Time now,
                                               const std::string& actor) {
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("withdraw_consent", base::BucketOf(key.first), key.first, key.second, now, actor));
  if (rows.empty()) {
    return status::Refused("NO_CONSENT", "No consent of the member to this holds.");
  }
  return ConsentOf(rows[0], 0);
}

}  // namespace laurel::members
