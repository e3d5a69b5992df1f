#include "gateway/transcode/identity.h"

#include <algorithm>
#include <vector>

#include "laurel/api/v1/options.pb.h"
#include "lib/status/error.h"

namespace laurel::gateway {
namespace {

namespace proto = google::protobuf;
using Field = proto::FieldDescriptor;

constexpr size_t kMaxKeyLength = 64;

class CallerFields {
 public:
  explicit CallerFields(const auth::Caller& caller) : caller_(caller) {}

  absl::Status Apply(proto::Message* message) {
    const auto& reflection = *message->GetReflection();
    const auto& type = *message->GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      const Field& field = *type.field(i);
      if (field.cpp_type() == Field::CPPTYPE_MESSAGE) {
        LAUREL_RETURN_IF_ERROR(ApplyWithin(reflection, field, message));
      } else if (field.type() == Field::TYPE_STRING && !field.is_repeated()) {
        LAUREL_RETURN_IF_ERROR(ApplyText(reflection, field, message));
      }
    }
    return absl::OkStatus();
  }

 private:
  absl::Status ApplyWithin(const proto::Reflection& reflection, const Field& field,
                           proto::Message* message) {
    if (field.is_map()) return absl::OkStatus();
    if (!field.is_repeated()) {
      if (!reflection.HasField(*message, &field)) return absl::OkStatus();
      return Apply(reflection.MutableMessage(message, &field));
    }
    const int size = reflection.FieldSize(*message, &field);
    for (int i = 0; i < size; ++i) {
      LAUREL_RETURN_IF_ERROR(Apply(reflection.MutableRepeatedMessage(message, &field, i)));
    }
    return absl::OkStatus();
  }

  absl::Status ApplyText(const proto::Reflection& reflection, const Field& field,
                         proto::Message* message) {
    const auto& rules = field.options().GetExtension(laurel::api::v1::field);
    std::string scratch;
    const std::string& text = reflection.GetStringReference(*message, &field, &scratch);
    if (rules.program()) {
      if (!text.empty() && text != caller_.program_id) return auth::ProgramNotFound();
      reflection.SetString(message, &field, caller_.program_id);
    } else if (rules.id_prefix() == "mem" && text == "me") {
      if (caller_.kind != laurel::api::v1::CALLER_KIND_MEMBER) {
        return status::Error(absl::StatusCode::kInvalidArgument, "ME_IS_NO_MEMBER",
                             "`me` stands for a signed-in member, and the caller is none.");
      }
      reflection.SetString(message, &field, caller_.subject);
    }
    return absl::OkStatus();
  }

  const auth::Caller& caller_;
};

bool IsPrintable(const std::string& key) {
  return std::all_of(key.begin(), key.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

absl::Status KeyError(std::string_view reason, std::string_view message) {
  return status::Error(absl::StatusCode::kInvalidArgument, reason, message);
}

}  // namespace

absl::Status CheckRoles(const Route& route, const auth::Caller& caller) {
  if (caller.HasAnyRole(route.roles)) return absl::OkStatus();
  return status::Error(absl::StatusCode::kPermissionDenied, "ROLE_REQUIRED",
                       "The caller has none of the roles that may call this method.");
}

absl::Status ApplyCaller(const Route& route, const auth::Caller& caller, proto::Message* request) {
  LAUREL_RETURN_IF_ERROR(CallerFields(caller).Apply(request));
  if (route.owner_field == nullptr) return absl::OkStatus();
  const std::string owner = request->GetReflection()->GetString(*request, route.owner_field);
  if (owner.empty()) return absl::OkStatus();  // its absence is the field rules' business
  return caller.IsMember() && owner != caller.subject ? auth::MemberNotFound() : absl::OkStatus();
}

absl::Status ApplyIdempotencyKey(const Route& route, const std::optional<std::string>& header,
                                 const std::string& fallback, proto::Message* request) {
  if (route.request_id_field == nullptr) return absl::OkStatus();
  const auto& reflection = *request->GetReflection();
  const std::string stated = reflection.GetString(*request, route.request_id_field);
  if (header && (header->empty() || header->size() > kMaxKeyLength || !IsPrintable(*header))) {
    return KeyError("IDEMPOTENCY_KEY_INVALID",
                    "Idempotency-Key must be 1 to 64 printable ASCII characters without blanks.");
  }
  if (header && !stated.empty() && stated != *header) {
    return KeyError("IDEMPOTENCY_KEY_MISMATCH", "Idempotency-Key and the body's requestId differ.");
  }
  if (!header && stated.empty() && route.request_id_required) {
    return KeyError("IDEMPOTENCY_KEY_REQUIRED",
                    "This method moves value: send an Idempotency-Key.");
  }
  if (stated.empty()) {
    reflection.SetString(request, route.request_id_field, header ? *header : fallback);
  }
  return absl::OkStatus();
}

}  // namespace laurel::gateway
