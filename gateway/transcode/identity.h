// What of a request comes from who sends it: the programme, `me`, and the idempotency key.
#pragma once

#include <google/protobuf/message.h>

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "gateway/transcode/routes.h"
#include "lib/auth/caller.h"

namespace laurel::gateway {

// PERMISSION_DENIED, ROLE_REQUIRED unless the caller has one of the route's roles.
absl::Status CheckRoles(const Route& route, const auth::Caller& caller);

// Fills every field with the rule `program`, in the items of a batch too, from the caller; a stated
// other programme is answered NOT_FOUND, PROGRAM_NOT_FOUND. Replaces `me` in every member's id by
// the signed-in member: INVALID_ARGUMENT, ME_IS_NO_MEMBER for other callers. Then NOT_FOUND,
// MEMBER_NOT_FOUND when a member names another in the route's owner_field.
absl::Status ApplyCaller(const Route& route, const auth::Caller& caller,
                         google::protobuf::Message* request);

// Fills the route's request_id from the header: INVALID_ARGUMENT with IDEMPOTENCY_KEY_INVALID (not
// 1 to 64 printable ASCII characters), IDEMPOTENCY_KEY_MISMATCH (the body says another),
// IDEMPOTENCY_KEY_REQUIRED. Without a header, where a key is not required, `fallback` is used: it
// makes the gateway's own retry of the call harmless.
absl::Status ApplyIdempotencyKey(const Route& route, const std::optional<std::string>& header,
                                 const std::string& fallback, google::protobuf::Message* request);

}  // namespace laurel::gateway
