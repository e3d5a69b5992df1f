#include "lib/status/error.h"

#include "google/protobuf/duration.pb.h"
#include "google/rpc/error_details.pb.h"
#include "lib/base/strings.h"
#include "lib/status/bounds.h"

namespace laurel::status {
namespace {

constexpr char kErrorInfo[] = "type.googleapis.com/google.rpc.ErrorInfo";
constexpr char kBadRequest[] = "type.googleapis.com/google.rpc.BadRequest";
constexpr char kRetryInfo[] = "type.googleapis.com/google.rpc.RetryInfo";
// The message is for people, who read the first few; all are in the details.
constexpr size_t kEnoughForPeople = 400;

}  // namespace

absl::Status Error(absl::StatusCode code, std::string_view reason, std::string_view message,
                   const Metadata& metadata) {
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(reason));
  info.set_domain("laurel");
  for (const auto& [key, value] : metadata) (*info.mutable_metadata())[key] = value;
  absl::Status status(code, base::ToAbsl(message));
  status.SetPayload(kErrorInfo, absl::Cord(info.SerializeAsString()));
  return status;
}

absl::Status NotFound(std::string_view reason, std::string_view message) {
  return Error(absl::StatusCode::kNotFound, reason, message);
}

absl::Status Refused(std::string_view reason, std::string_view message, const Metadata& metadata) {
  return Error(absl::StatusCode::kFailedPrecondition, reason, message, metadata);
}

absl::Status Invalid(std::string_view reason, const std::vector<Violation>& violations) {
  std::string message = "The request is not valid:";
  google::rpc::BadRequest bad;
  size_t told = 0;
  for (const auto& violation : violations) {
    auto* out = bad.add_field_violations();
    out->set_field(violation.field);
    out->set_description(violation.description);
    if (message.size() >= kEnoughForPeople) continue;
    message += " " + Cut(violation.field, kMaxTextBytes) + ": " +
               Cut(violation.description, kMaxTextBytes) + ";";
    ++told;
  }
  message.back() = '.';
  if (told < violations.size())
    message += " And " + std::to_string(violations.size() - told) + " more.";
  absl::Status status = Error(absl::StatusCode::kInvalidArgument, reason, message);
  status.SetPayload(kBadRequest, absl::Cord(bad.SerializeAsString()));
  return status;
}

absl::Status InvalidRequest(const std::vector<Violation>& violations) {
  return Invalid("INVALID_REQUEST", violations);
}

absl::Status WithRetryAfter(absl::Status status, absl::Duration after) {
  google::rpc::RetryInfo info;
  const int64_t millis = absl::ToInt64Milliseconds(after);
  info.mutable_retry_delay()->set_seconds(millis / 1000);
  info.mutable_retry_delay()->set_nanos(static_cast<int32_t>(millis % 1000) * 1000000);
  status.SetPayload(kRetryInfo, absl::Cord(info.SerializeAsString()));
  return status;
}

std::string ReasonOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kErrorInfo);
  google::rpc::ErrorInfo info;
  if (!payload || !info.ParseFromString(std::string(*payload))) return "";
  return info.reason();
}

int RetryAfterSeconds(const absl::Status& status) {
  const auto payload = status.GetPayload(kRetryInfo);
  google::rpc::RetryInfo info;
  if (!payload || !info.ParseFromString(std::string(*payload))) return 0;
  return static_cast<int>(info.retry_delay().seconds()) + (info.retry_delay().nanos() > 0 ? 1 : 0);
}

}  // namespace laurel::status
