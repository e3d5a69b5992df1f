#include "lib/status/violations.h"

#include "google/rpc/error_details.pb.h"

namespace laurel::status {

std::vector<Violation> ViolationsOf(const absl::Status& status) {
  std::vector<Violation> out;
  google::rpc::BadRequest bad;
  const auto payload = status.GetPayload("type.googleapis.com/google.rpc.BadRequest");
  if (!payload || !bad.ParseFromString(std::string(*payload))) return out;
  for (const auto& violation : bad.field_violations()) {
    out.push_back({violation.field(), violation.description()});
  }
  return out;
}

}  // namespace laurel::status
