#include "members-svc/store/member_store.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "lib/auth/caller.h"
#include "lib/base/bucket.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/store/sealed_profile.h"

namespace laurel::members {
namespace {

constexpr int64_t kFirstVersion = 1;

struct Claim {
  int bucket;
  const Identifier* identifier;
  base::Uuid member_id;
};

absl::StatusOr<v1::Member> MemberOf(const crypto::KeyRing& keys, std::string_view program,
                                    const db::Row& row) {
  v1::Member member;
  member.set_member_id(base::EncodeId("mem", row.Uuid(0)));
  member.set_state(static_cast<v1::MemberState>(row.Int(1)));
  if (!row.IsNull(2)) member.set_external_id(std::string(row.Text(2)));
  base::SetTimestamp(row.Time(5), member.mutable_join_time());
  base::SetTimestamp(row.Time(6), member.mutable_create_time());
  const int64_t version = row.Int(7);
  member.set_etag(EtagOf(version));
  LAUREL_RETURN_IF_ERROR(OpenProfile(
      keys, program, {.wrapped_key = row.Bytes(3), .sealed = row.Bytes(4)}, version, &member));
  return member;
}

absl::Status InsertIdentifiers(db::Tx& tx, const base::Uuid& program_id,
                               const std::vector<NewMember>& members) {
  std::vector<Claim> claims;
  for (const NewMember& member : members) {
    for (const Identifier& identifier : member.identifiers) {
      claims.push_back({base::BucketOfHash(identifier.hash), &identifier, member.id});
    }
  }
  if (claims.empty()) return absl::OkStatus();
  // In key order, so that two such transactions cannot wait for each other.
  std::sort(claims.begin(), claims.end(), [](const Claim& a, const Claim& b) {
    return std::tie(a.bucket, a.identifier->kind, a.identifier->hash) <
           std::tie(b.bucket, b.identifier->kind, b.identifier->hash);
  });
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows inserted,
      tx.Query(
          "insert_identifiers", program_id,
          db::ArrayOf(claims, [](const Claim& c) { return c.bucket; }),
          db::ArrayOf(claims, [](const Claim& c) { return static_cast<int>(c.identifier->kind); }),
          db::ArrayOf(claims, [](const Claim& c) { return db::Bytes{c.identifier->hash}; }),
          db::ArrayOf(claims, [](const Claim& c) { return c.member_id; }),
          db::ArrayOf(claims, [](const Claim& c) { return base::BucketOf(c.member_id); })));
  if (inserted.affected() != claims.size())
    return db::Conflict("an identifier was taken meanwhile");
  // Orders of before may be theirs (jobs/attach_orders.h).
  return tx
      .Query(
          "look_at_unmatched_again", program_id,
          db::ArrayOf(claims, [](const Claim& c) { return c.bucket; }),
          db::ArrayOf(claims, [](const Claim& c) { return static_cast<int>(c.identifier->kind); }),
          db::ArrayOf(claims, [](const Claim& c) { return db::Bytes{c.identifier->hash}; }))
      .status();
}

}  // namespace

std::string EtagOf(int64_t version) { return absl::StrCat("v", version); }

absl::StatusOr<Owners> FindOwners(db::Tx& tx, const base::Uuid& program_id,
                                  const std::vector<Identifier>& identifiers) {
  Owners out;
  if (identifiers.empty()) return out;
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query(
          "find_identifiers", program_id,
          db::ArrayOf(identifiers, [](const Identifier& i) { return base::BucketOfHash(i.hash); }),
          db::ArrayOf(identifiers, [](const Identifier& i) { return static_cast<int>(i.kind); }),
          db::ArrayOf(identifiers, [](const Identifier& i) { return db::Bytes{i.hash}; })));
  // The hash alone names the identifier: its kind is hashed with it.
  for (size_t i = 0; i < rows.size(); ++i) out[rows[i].Bytes(1)] = rows[i].Uuid(2);
  return out;
}

absl::StatusOr<absl::flat_hash_map<base::Uuid, v1::Member>> FindMembers(
    db::Tx& tx, const crypto::KeyRing& keys, const base::Uuid& program_id,
    const std::vector<base::Uuid>& ids) {
  absl::flat_hash_map<base::Uuid, v1::Member> out;
  if (ids.empty()) return out;
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("find_members", program_id,
               db::ArrayOf(ids, [](const base::Uuid& id) { return base::BucketOf(id); }),
               db::ArrayOf(ids, [](const base::Uuid& id) { return id; })));
  const std::string program = base::EncodeId("prg", program_id);
  for (size_t i = 0; i < rows.size(); ++i) {
    LAUREL_ASSIGN_OR_RETURN(out[rows[i].Uuid(0)], MemberOf(keys, program, rows[i]));
  }
  return out;
}

absl::StatusOr<v1::Member> GetMemberRow(db::Tx& tx, const crypto::KeyRing& keys,
                                        const base::Uuid& program_id, const base::Uuid& id) {
  LAUREL_ASSIGN_OR_RETURN(auto found, FindMembers(tx, keys, program_id, {id}));
  if (found.empty()) return auth::MemberNotFound();
  return std::move(found.begin()->second);
}

absl::Status InsertMembers(db::Tx& tx, const crypto::KeyRing& keys, const base::Uuid& program_id,
                           const std::vector<NewMember>& members, absl::Time now) {
  if (members.empty()) return absl::OkStatus();
  LAUREL_RETURN_IF_ERROR(InsertIdentifiers(tx, program_id, members));
  const std::string program = base::EncodeId("prg", program_id);
  db::ArrayBuilder buckets;
  db::ArrayBuilder ids;
  db::ArrayBuilder external_ids;
  db::ArrayBuilder wrapped_keys;
  db::ArrayBuilder sealed_profiles;
  db::ArrayBuilder join_times;
  for (const NewMember& member : members) {
    LAUREL_ASSIGN_OR_RETURN(const SealedProfile sealed,
                            SealProfile(keys, program, member.member, kFirstVersion));
    buckets.Add(base::BucketOf(member.id));
    ids.Add(member.id);
    if (member.member.external_id().empty()) {
      external_ids.AddNull();
    } else {
      external_ids.Add(std::string_view(member.member.external_id()));
    }
    wrapped_keys.Add(db::Bytes{sealed.wrapped_key});
    sealed_profiles.Add(db::Bytes{sealed.sealed});
    join_times.Add(base::FromTimestamp(member.member.join_time()));
  }
  return tx
      .Query("insert_members", program_id, now, buckets.Take(), ids.Take(), external_ids.Take(),
             wrapped_keys.Take(), sealed_profiles.Take(), join_times.Take())
      .status();
}

}  // namespace laurel::members
