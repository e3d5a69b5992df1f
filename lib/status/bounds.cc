#include "lib/status/bounds.h"

#include <map>
#include <utility>

#include "google/rpc/error_details.pb.h"

namespace laurel::status {
namespace {

constexpr std::string_view kEllipsis = "…";
// Tags and lengths of one violation or entry.
constexpr size_t kFramingBytes = 10;
// What is set aside for the violation that counts the others.
constexpr size_t kCountBytes = 60;
constexpr size_t kMaxNameBytes = 64;
constexpr size_t kMaxMetadataBytes = 600;

bool Continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

size_t EncodedBytes(char c) { return c < 0x20 || c > 0x7E || c == '%' ? 3 : 1; }

size_t EncodedBytes(std::string_view text) {
  size_t bytes = 0;
  for (const char c : text) bytes += EncodedBytes(c);
  return bytes;
}

std::string UpTo(std::string_view text, size_t end) {
  while (end > 0 && Continues(text[end])) --end;
  return std::string(text.substr(0, end)).append(kEllipsis);
}

std::string CutMessage(const std::string& text) {
  if (EncodedBytes(text) <= kMaxMessageBytes) return text;
  size_t left = kMaxMessageBytes - EncodedBytes(kEllipsis);
  size_t end = 0;
  for (; EncodedBytes(text[end]) <= left; ++end) left -= EncodedBytes(text[end]);
  return UpTo(text, end);
}

size_t BytesOf(const google::rpc::BadRequest::FieldViolation& violation) {
  return violation.field().size() + violation.description().size() + kFramingBytes;
}

void Bound(google::rpc::BadRequest* bad) {
  size_t all = 0;
  for (auto& violation : *bad->mutable_field_violations()) {
    violation.set_field(Cut(violation.field(), kMaxTextBytes));
    violation.set_description(Cut(violation.description(), kMaxTextBytes));
    all += BytesOf(violation);
  }
  if (all <= kMaxViolationBytes) return;
  size_t left = kMaxViolationBytes - kCountBytes;
  int kept = 0;
  for (; BytesOf(bad->field_violations(kept)) <= left; ++kept)
    left -= BytesOf(bad->field_violations(kept));
  const int more = bad->field_violations_size() - kept;
  bad->mutable_field_violations()->DeleteSubrange(kept, more);
  bad->add_field_violations()->set_description("and " + std::to_string(more) + " more");
}

void Bound(google::rpc::ErrorInfo* info) {
  info->set_reason(Cut(info->reason(), kMaxNameBytes));
  info->set_domain(Cut(info->domain(), kMaxNameBytes));
  // By name, so that the same are left out each time.
  const std::map<std::string, std::string> all(info->metadata().begin(), info->metadata().end());
  info->clear_metadata();
  size_t left = kMaxMetadataBytes;
  for (const auto& [name, value] : all) {
    std::string kept = Cut(value, kMaxTextBytes);
    const size_t bytes = name.size() + kept.size() + kFramingBytes;
    if (bytes > left) continue;
    left -= bytes;
    (*info->mutable_metadata())[name] = std::move(kept);
  }
}

void Bound(google::rpc::RetryInfo*) {}

// Whether the detail is of that kind; then it is bounded.
template <typename T>
bool BoundAs(google::protobuf::Any* detail) {
  T value;
  if (!detail->Is<T>() || !value.ParseFromString(detail->value())) return false;
  const size_t before = value.ByteSizeLong();
  Bound(&value);
  // What fits stays byte for byte: maps are written in any order.
  if (value.ByteSizeLong() != before) detail->set_value(value.SerializeAsString());
  return true;
}

}  // namespace

std::string Cut(std::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return std::string(text);
  return UpTo(text, max_bytes - kEllipsis.size());
}

size_t WireBytes(const google::rpc::Status& status) {
  return EncodedBytes(status.message()) + (status.ByteSizeLong() + 2) / 3 * 4;
}

void Bound(google::rpc::Status* status) {
  status->set_message(CutMessage(status->message()));
  google::rpc::Status details;
  details.mutable_details()->Swap(status->mutable_details());
  google::protobuf::RepeatedPtrField<google::protobuf::Any> others;
  for (auto& detail : *details.mutable_details()) {
    if (BoundAs<google::rpc::ErrorInfo>(&detail) || BoundAs<google::rpc::BadRequest>(&detail) ||
        BoundAs<google::rpc::RetryInfo>(&detail)) {
      *status->add_details() = std::move(detail);
    } else {
      *others.Add() = std::move(detail);
    }
  }
  for (auto& other : others) {
    *status->add_details() = std::move(other);
    if (WireBytes(*status) > kMaxWireBytes) status->mutable_details()->RemoveLast();
  }
}

}  // namespace laurel::status
