// Files that are part of the binary.
#pragma once

#include <string_view>

namespace laurel::gateway {

// A google.protobuf.FileDescriptorSet of all protos with their comments.
std::string_view EmbeddedImage();
// The page at /docs.
std::string_view EmbeddedDocsHtml();
std::string_view EmbeddedDocsScript();
std::string_view EmbeddedDocsStyle();

}  // namespace laurel::gateway
