// The comments of the protos, which the compiled-in descriptors no longer have.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace google::protobuf {
class DescriptorPool;
class Descriptor;
class EnumDescriptor;
class EnumValueDescriptor;
class FieldDescriptor;
class MethodDescriptor;
class ServiceDescriptor;
}  // namespace google::protobuf

namespace laurel::gateway {

class Comments {
 public:
  // From a serialized FileDescriptorSet. INTERNAL, IMAGE_INVALID.
  static absl::StatusOr<Comments> FromImage(std::string_view image);
  ~Comments();
  Comments(Comments&&) noexcept;

  // The comment above a thing, lines of a paragraph joined, paragraphs apart by an empty line.
  // Empty: it has none.
  std::string Of(const google::protobuf::Descriptor& message) const;
  std::string Of(const google::protobuf::FieldDescriptor& field) const;
  std::string Of(const google::protobuf::EnumDescriptor& type) const;
  std::string Of(const google::protobuf::EnumValueDescriptor& value) const;
  std::string Of(const google::protobuf::ServiceDescriptor& service) const;
  std::string Of(const google::protobuf::MethodDescriptor& method) const;

 private:
  explicit Comments(std::unique_ptr<google::protobuf::DescriptorPool> pool);
  std::unique_ptr<google::protobuf::DescriptorPool> pool_;
};

// The first sentence of a comment, without its full stop.
std::string FirstSentence(const std::string& comment);

}  // namespace laurel::gateway
