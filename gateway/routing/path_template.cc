#include "gateway/routing/path_template.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "lib/base/strings.h"
#include "lib/status/error.h"

namespace laurel::gateway {
namespace {

bool IsLiteralCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '~';
}

bool IsFieldCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  absl::StatusOr<PathTemplate> Parse() {
    if (!Take('/')) return Wrong("a path starts with a slash");
    LAUREL_RETURN_IF_ERROR(Segments(false));
    if (Take(':')) {
      out_.verb = Word(IsLiteralCharacter);
      if (out_.verb.empty()) return Wrong("a verb after the colon");
    }
    if (at_ != text_.size()) return Wrong("the end");
    for (size_t i = 0; i + 1 < out_.segments.size(); ++i) {
      if (out_.segments[i].kind == PathSegment::Kind::kRest) return Wrong("** only at the end");
    }
    for (size_t i = 0; i < out_.variables.size(); ++i) {
      for (size_t j = 0; j < i; ++j) {
        if (out_.variables[i].field_path == out_.variables[j].field_path) {
          return Wrong("each field at most once");
        }
      }
    }
    return std::move(out_);
  }

 private:
  absl::Status Wrong(std::string_view expected) const {
    return status::Error(absl::StatusCode::kInvalidArgument, "ROUTE_INVALID",
                         absl::StrCat("path template ", base::ToAbsl(text_), ", character ", at_,
                                      ": expected ", base::ToAbsl(expected)));
  }

  bool Take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::string Word(bool (*accepts)(char)) {
    const size_t start = at_;
    while (at_ < text_.size() && accepts(text_[at_])) ++at_;
    return std::string(text_.substr(start, at_ - start));
  }

  absl::Status Segments(bool in_variable) {
    do {
      LAUREL_RETURN_IF_ERROR(Segment(in_variable));
    } while (Take('/'));
    return absl::OkStatus();
  }

  absl::Status Segment(bool in_variable) {
    if (Take('*')) {
      const bool rest = Take('*');
      out_.segments.push_back({rest ? PathSegment::Kind::kRest : PathSegment::Kind::kAny, ""});
      return absl::OkStatus();
    }
    if (Take('{')) {
      if (in_variable) return Wrong("no variable within a variable");
      return Variable();
    }
    std::string literal = Word(IsLiteralCharacter);
    if (literal.empty()) return Wrong("a segment");
    out_.segments.push_back({PathSegment::Kind::kLiteral, std::move(literal)});
    return absl::OkStatus();
  }

  absl::Status Variable() {
    PathVariable variable;
    do {
      variable.field_path.push_back(Word(IsFieldCharacter));
      if (variable.field_path.back().empty()) return Wrong("a field name");
    } while (Take('.'));
    variable.first = out_.segments.size();
    if (Take('=')) {
      LAUREL_RETURN_IF_ERROR(Segments(true));
    } else {
      out_.segments.push_back({PathSegment::Kind::kAny, ""});
    }
    if (!Take('}')) return Wrong("a closing brace");
    variable.count = out_.segments.size() - variable.first;
    variable.open_ended = out_.segments.back().kind == PathSegment::Kind::kRest;
    variable.spans_segments = variable.count > 1 || variable.open_ended;
    out_.variables.push_back(std::move(variable));
    return absl::OkStatus();
  }

  std::string_view text_;
  size_t at_ = 0;
  PathTemplate out_;
};

}  // namespace

absl::StatusOr<PathTemplate> ParsePathTemplate(std::string_view text) {
  return Parser(text).Parse();
}

}  // namespace laurel::gateway
