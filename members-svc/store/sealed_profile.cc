#include "members-svc/store/sealed_profile.h"

#include "absl/strings/str_cat.h"
#include "lib/base/strings.h"
#include "lib/status/error.h"

namespace laurel::members {
namespace {

std::string KeyContext(std::string_view program_id, const v1::Member& member) {
  return absl::StrCat(base::ToAbsl(program_id), "/", member.member_id());
}
std::string Context(std::string_view program_id, const v1::Member& member, int64_t version) {
  return absl::StrCat(KeyContext(program_id, member), "/sealed_profile/", version);
}

}  // namespace

absl::StatusOr<SealedProfile> SealProfile(const crypto::KeyRing& keys, std::string_view program_id,
                                          const v1::Member& member, int64_t version) {
  v1::Member personal;
  *personal.mutable_profile() = member.profile();
  personal.set_card_number(member.card_number());
  SealedProfile out;
  out.wrapped_key = keys.NewWrappedKey(KeyContext(program_id, member));
  LAUREL_ASSIGN_OR_RETURN(
      out.sealed, keys.Seal(out.wrapped_key, KeyContext(program_id, member),
                            Context(program_id, member, version), personal.SerializeAsString()));
  return out;
}

absl::Status OpenProfile(const crypto::KeyRing& keys, std::string_view program_id,
                         const SealedProfile& sealed, int64_t version, v1::Member* member) {
  LAUREL_ASSIGN_OR_RETURN(const std::string plain,
                          keys.Open(sealed.wrapped_key, KeyContext(program_id, *member),
                                    Context(program_id, *member, version), sealed.sealed));
  v1::Member personal;
  if (!personal.ParseFromString(plain)) return absl::DataLossError("a profile does not parse");
  *member->mutable_profile() = std::move(*personal.mutable_profile());
  member->set_card_number(personal.card_number());
  return absl::OkStatus();
}

}  // namespace laurel::members
