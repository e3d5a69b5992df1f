#include "lib/status/mapping.h"

#include "lib/base/strings.h"
#include "lib/status/bounds.h"
#include "lib/status/error.h"

namespace laurel::status {

google::rpc::Status ToProto(const absl::Status& status) {
  google::rpc::Status out;
  out.set_code(static_cast<int>(status.code()));
  out.set_message(base::ToStd(status.message()));
  status.ForEachPayload([&out](absl::string_view url, const absl::Cord& value) {
    auto* detail = out.add_details();
    detail->set_type_url(base::ToStd(url));
    detail->set_value(std::string(value));
  });
  Bound(&out);
  return out;
}

absl::Status FromProto(const google::rpc::Status& status) {
  absl::Status out(static_cast<absl::StatusCode>(status.code()), base::ToAbsl(status.message()));
  for (const auto& detail : status.details()) {
    out.SetPayload(base::ToAbsl(detail.type_url()), absl::Cord(detail.value()));
  }
  return out;
}

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const google::rpc::Status proto = ToProto(status);
  return {static_cast<grpc::StatusCode>(status.code()), proto.message(), proto.SerializeAsString()};
}

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  google::rpc::Status details;
  if (!status.error_details().empty() && details.ParseFromString(status.error_details()) &&
      details.code() == static_cast<int>(status.error_code())) {
    return FromProto(details);
  }
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                      base::ToAbsl(status.error_message()));
}

int HttpStatusOf(const absl::Status& status, bool if_match) {
  if (ReasonOf(status) == "REQUEST_ID_REUSED") return 422;
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return 200;
    case absl::StatusCode::kCancelled:
      return 499;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return 400;
    case absl::StatusCode::kDeadlineExceeded:
      return 504;
    case absl::StatusCode::kNotFound:
      return 404;
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
      return 409;
    case absl::StatusCode::kAborted:
      return if_match ? 412 : 409;
    case absl::StatusCode::kPermissionDenied:
      return 403;
    case absl::StatusCode::kUnauthenticated:
      return 401;
    case absl::StatusCode::kResourceExhausted:
      return 429;
    case absl::StatusCode::kUnimplemented:
      return 501;
    case absl::StatusCode::kUnavailable:
      return 503;
    default:
      return 500;
  }
}

std::string CodeName(absl::StatusCode code) { return absl::StatusCodeToString(code); }

}  // namespace laurel::status
