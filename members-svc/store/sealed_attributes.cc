#include "members-svc/store/sealed_attributes.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/base/bucket.h"
#include "lib/status/error.h"

namespace laurel::members {
namespace {

// As the profile's (sealed_profile.cc): it is the same key.
std::string KeyContext(const MemberKey& member) {
  return absl::StrCat(base::EncodeId("prg", member.program_id), "/",
                      base::EncodeId("mem", member.member_id));
}
std::string Context(const MemberKey& member, const base::Uuid& occurrence_key) {
  return absl::StrCat(KeyContext(member), "/occurrences.sealed/", base::ToString(occurrence_key));
}

}  // namespace

absl::StatusOr<absl::flat_hash_map<base::Uuid, MemberKey>> FindMemberKeys(
    db::Tx& tx, const base::Uuid& program_id, const std::vector<base::Uuid>& members) {
  absl::flat_hash_map<base::Uuid, MemberKey> out;
  if (members.empty()) return out;
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("find_member_keys", program_id,
               db::ArrayOf(members, [](const base::Uuid& id) { return base::BucketOf(id); }),
               db::ArrayOf(members, [](const base::Uuid& id) { return id; })));
  for (size_t i = 0; i < rows.size(); ++i) {
    out[rows[i].Uuid(0)] = {program_id, rows[i].Uuid(0), rows[i].Bytes(1)};
  }
  return out;
}

absl::StatusOr<std::string> SealAttributes(const crypto::KeyRing& keys, const MemberKey& member,
                                           const base::Uuid& occurrence_key,
                                           const v1::Activity& activity) {
  v1::Activity plain;
  *plain.mutable_attributes() = activity.attributes();
  return keys.Seal(member.wrapped_key, KeyContext(member), Context(member, occurrence_key),
                   plain.SerializeAsString());
}

absl::Status OpenAttributes(const crypto::KeyRing& keys, const MemberKey& member,
                            const base::Uuid& occurrence_key, std::string_view sealed,
                            v1::Activity* activity) {
  LAUREL_ASSIGN_OR_RETURN(
      const std::string text,
      keys.Open(member.wrapped_key, KeyContext(member), Context(member, occurrence_key), sealed));
  v1::Activity plain;
  if (!plain.ParseFromString(text)) return absl::DataLossError("attributes do not parse");
  *activity->mutable_attributes() = std::move(*plain.mutable_attributes());
  return absl::OkStatus();
}

}  // namespace laurel::members
