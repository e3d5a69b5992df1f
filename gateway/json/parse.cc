#include "gateway/json/parse.h"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <string>
#include <unordered_set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "lib/base/strings.h"
#include "lib/status/error.h"

namespace laurel::gateway {
namespace {

namespace json = boost::json;

// What Boost's own handler does, plus the keys of every open object: boost::json::parse keeps the
// last of two equal keys without a word.
class Handler {
 public:
  static constexpr std::size_t max_object_size = 100000;
  static constexpr std::size_t max_array_size = 100000;
  static constexpr std::size_t max_key_size = 1024;
  static constexpr std::size_t max_string_size = 1 << 20;

  json::value Release() { return stack_.release(); }
  const std::string& duplicate() const { return duplicate_; }

  bool on_document_begin(json::error_code&) {
    stack_.reset();
    return true;
  }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) {
    open_.push_back({.keys = {}, .current = ""});
    return true;
  }
  bool on_object_end(std::size_t n, json::error_code&) {
    open_.pop_back();
    stack_.push_object(n);
    return true;
  }
  bool on_array_begin(json::error_code&) { return true; }
  bool on_array_end(std::size_t n, json::error_code&) {
    stack_.push_array(n);
    return true;
  }
  bool on_key_part(json::string_view s, std::size_t, json::error_code&) {
    key_.append(s.data(), s.size());
    stack_.push_chars(s);
    return true;
  }
  bool on_key(json::string_view s, std::size_t, json::error_code& ec) {
    key_.append(s.data(), s.size());
    if (!open_.back().keys.insert(key_).second) {
      duplicate_ = Path() + key_;
      ec = json::error::syntax;
      return false;
    }
    open_.back().current = std::move(key_);
    key_.clear();
    stack_.push_key(s);
    return true;
  }
  bool on_string_part(json::string_view s, std::size_t, json::error_code&) {
    stack_.push_chars(s);
    return true;
  }
  bool on_string(json::string_view s, std::size_t, json::error_code&) {
    stack_.push_string(s);
    return true;
  }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t i, json::string_view, json::error_code&) {
    stack_.push_int64(i);
    return true;
  }
  bool on_uint64(std::uint64_t u, json::string_view, json::error_code&) {
    stack_.push_uint64(u);
    return true;
  }
  bool on_double(double d, json::string_view, json::error_code&) {
    stack_.push_double(d);
    return true;
  }
  bool on_bool(bool b, json::error_code&) {
    stack_.push_bool(b);
    return true;
  }
  bool on_null(json::error_code&) {
    stack_.push_null();
    return true;
  }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  struct Open {
    std::unordered_set<std::string> keys;
    std::string current;
  };

  // The path of the open objects, without array positions.
  std::string Path() const {
    std::string out;
    for (size_t i = 0; i + 1 < open_.size(); ++i) out += open_[i].current + ".";
    return out;
  }

  json::value_stack stack_;
  std::vector<Open> open_;
  std::string key_;
  std::string duplicate_;
};

absl::Status Malformed(absl::string_view detail) {
  return status::Error(absl::StatusCode::kInvalidArgument, "MALFORMED_JSON",
                       base::FromAbsl(detail));
}

}  // namespace

absl::StatusOr<json::value> ParseJson(std::string_view text) {
  json::parse_options options;
  options.max_depth = kMaxJsonDepth;
  json::basic_parser<Handler> parser(options);
  json::error_code ec;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
  if (!parser.handler().duplicate().empty()) {
    return Malformed(
        absl::StrCat("The key ", parser.handler().duplicate(), " stands there twice."));
  }
  if (ec == json::error::too_deep) {
    return Malformed(absl::StrCat("The body is nested deeper than ", kMaxJsonDepth, "."));
  }
  if (ec) return Malformed(absl::StrCat("The body is not JSON at byte ", used, "."));
  if (text.find_first_not_of(" \t\r\n", used) != std::string_view::npos) {
    return Malformed(absl::StrCat("There is more after the JSON value, at byte ", used, "."));
  }
  return parser.handler().Release();
}

}  // namespace laurel::gateway
