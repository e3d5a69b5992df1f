#include "lib/idempotency/once.h"

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "lib/base/bucket.h"
#include "lib/base/sha256.h"
#include "lib/status/error.h"

namespace laurel::idempotency {
namespace {

std::string Serialize(const google::protobuf::Message& message) {
  std::string out;
  {
    google::protobuf::io::StringOutputStream stream(&out);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return out;
}

}  // namespace

Key KeyOf(const Scope& scope) {
  std::string text;
  for (const std::string* part :
       {&scope.program_id, &scope.principal, &scope.method, &scope.owner_id, &scope.request_id}) {
    text += *part;
    text.push_back('\0');
  }
  const base::Uuid id = base::HashedUuid(text);
  const auto owner = base::DecodeId("mem", scope.owner_id);
  return {owner ? base::BucketOf(*owner) : base::BucketOf(id), id};
}

std::string ContentHash(const google::protobuf::Message& request) {
  return base::Sha256(Serialize(request));
}

absl::Status RequestIdReused() {
  return status::Error(absl::StatusCode::kInvalidArgument, "REQUEST_ID_REUSED",
                       "This request id has been used with other content.");
}

absl::Status Once(db::Tx& tx, const Scope& scope, const google::protobuf::Message& request,
                  absl::Time now, google::protobuf::Message* response,
                  const std::function<absl::Status()>& body) {
  response->Clear();
  if (scope.request_id.empty()) return body();
  const Key key = KeyOf(scope);
  const std::string content = ContentHash(request);
  LAUREL_ASSIGN_OR_RETURN(const db::Rows known, tx.Query("find_request_key", key.bucket, key.id));
  if (!known.empty()) {
    if (known[0].Bytes(0) != content) return RequestIdReused();
    if (response->ParseFromString(known[0].Bytes(1))) return absl::OkStatus();
    return absl::InternalError("a stored response does not parse");
  }
  LAUREL_RETURN_IF_ERROR(body());
  LAUREL_ASSIGN_OR_RETURN(const db::Rows inserted,
                          tx.Query("insert_request_key", key.bucket, key.id, db::Bytes{content},
                                   db::Bytes{Serialize(*response)}, now));
  if (inserted.affected() == 0) return db::Conflict("a twin of this request committed first");
  return absl::OkStatus();
}

absl::StatusOr<int64_t> Purge(db::Tx& tx, absl::Time now, int64_t limit) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows gone,
                          tx.Query("purge_request_keys", now - absl::Hours(24 * 30), limit));
  return static_cast<int64_t>(gone.affected());
}

}  // namespace laurel::idempotency
