// An HTTP request and response as the gateway's inside sees them: free of the HTTP library.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace laurel::gateway {

struct HttpRequest {
  std::string method;  // as received: "GET"
  std::string path;    // up to the question mark, still encoded
  std::string query;   // after it
  // Names in lower case, in the order received.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  // The value of the first such header; the name in lower case.
  std::optional<std::string> Header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) return value;
    }
    return std::nullopt;
  }
  size_t CountHeaders(std::string_view name) const {
    size_t count = 0;
    for (const auto& [key, value] : headers) count += key == name ? 1 : 0;
    return count;
  }
};

struct HttpResponse {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string content_type;
  std::string body;
};

}  // namespace laurel::gateway
