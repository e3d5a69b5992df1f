#include "gateway/openapi/comments.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "lib/base/strings.h"
#include "lib/status/error.h"

namespace laurel::gateway {
namespace {

namespace proto = google::protobuf;

std::string Reflow(const std::string& comment) {
  std::string out;
  bool paragraph = false;
  for (const absl::string_view raw : absl::StrSplit(comment, '\n')) {
    const absl::string_view line = absl::StripAsciiWhitespace(raw);
    if (line.empty()) {
      paragraph = !out.empty();
      continue;
    }
    if (!out.empty()) out += paragraph ? "\n\n" : " ";
    paragraph = false;
    out.append(line.data(), line.size());
  }
  return out;
}

template <typename T>
std::string CommentOf(const T* thing) {
  proto::SourceLocation location;
  if (thing == nullptr || !thing->GetSourceLocation(&location)) return "";
  return Reflow(location.leading_comments);
}

}  // namespace

Comments::Comments(std::unique_ptr<proto::DescriptorPool> pool) : pool_(std::move(pool)) {}
Comments::~Comments() = default;
Comments::Comments(Comments&&) noexcept = default;

absl::StatusOr<Comments> Comments::FromImage(std::string_view image) {
  const auto invalid = [](std::string_view what) {
    return status::Error(absl::StatusCode::kInternal, "IMAGE_INVALID", what);
  };
  proto::FileDescriptorSet set;
  if (!set.ParseFromArray(image.data(), static_cast<int>(image.size()))) {
    return invalid("the image of the protos cannot be read");
  }
  auto pool = std::make_unique<proto::DescriptorPool>();
  for (const auto& file : set.file()) {
    if (pool->BuildFile(file) == nullptr) return invalid("the image lacks " + file.name());
  }
  return Comments(std::move(pool));
}

std::string Comments::Of(const proto::Descriptor& message) const {
  return CommentOf(pool_->FindMessageTypeByName(message.full_name()));
}
std::string Comments::Of(const proto::FieldDescriptor& field) const {
  return CommentOf(pool_->FindFieldByName(field.full_name()));
}
std::string Comments::Of(const proto::EnumDescriptor& type) const {
  return CommentOf(pool_->FindEnumTypeByName(type.full_name()));
}
std::string Comments::Of(const proto::EnumValueDescriptor& value) const {
  return CommentOf(pool_->FindEnumValueByName(value.full_name()));
}
std::string Comments::Of(const proto::ServiceDescriptor& service) const {
  return CommentOf(pool_->FindServiceByName(service.full_name()));
}
std::string Comments::Of(const proto::MethodDescriptor& method) const {
  return CommentOf(pool_->FindMethodByName(method.full_name()));
}

std::string FirstSentence(const std::string& comment) {
  for (size_t i = 0; i < comment.size(); ++i) {
    const bool end = comment[i] == '.' || comment[i] == '\n';
    if (end && (i + 1 == comment.size() || comment[i + 1] == ' ' || comment[i] == '\n')) {
      return comment.substr(0, i);
    }
  }
  return comment;
}

}  // namespace laurel::gateway
