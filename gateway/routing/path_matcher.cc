#include "gateway/routing/path_matcher.h"

#include "absl/strings/str_cat.h"
#include "gateway/routing/percent.h"
#include "lib/base/strings.h"
#include "lib/status/error.h"

namespace laurel::gateway {
namespace {

// Longer paths than any template has are not looked at.
constexpr size_t kMaxSegments = 64;

// Raw segments between the slashes; nothing when one is empty or the path does not start with one.
std::optional<std::vector<std::string_view>> Split(std::string_view path) {
  std::vector<std::string_view> out;
  if (path.empty() || path[0] != '/') return std::nullopt;
  size_t start = 1;
  while (true) {
    const size_t slash = path.find('/', start);
    const size_t end = slash == std::string_view::npos ? path.size() : slash;
    if (end == start || out.size() == kMaxSegments) return std::nullopt;
    out.push_back(path.substr(start, end - start));
    if (slash == std::string_view::npos) return out;
    start = slash + 1;
  }
}

}  // namespace

// One look-up: walks the tree in order of precedence, and back when a branch leads nowhere.
struct PathMatcher::Search {
  std::string_view http_method;
  std::string_view verb;
  std::vector<std::string_view> raw;
  std::vector<std::string> decoded;
  const Target* found = nullptr;
  std::set<std::string> allowed;

  bool Leaf(const Node& node) {
    const auto targets = node.targets.find(verb);
    if (targets == node.targets.end()) return false;
    const auto target = targets->second.find(http_method);
    if (target != targets->second.end()) {
      found = &target->second;
      return true;
    }
    for (const auto& [name, unused] : targets->second) allowed.insert(name);
    return false;
  }

  bool Walk(const Node& node, size_t at) {
    if (at == raw.size()) return Leaf(node) || (node.rest && Leaf(*node.rest));
    const auto literal = node.literals.find(decoded[at]);
    if (literal != node.literals.end() && Walk(*literal->second, at + 1)) return true;
    if (node.any && Walk(*node.any, at + 1)) return true;
    return node.rest && Leaf(*node.rest);
  }
};

PathMatcher::Result PathMatcher::Find(std::string_view http_method, std::string_view path) const {
  Result result;
  Search search{.http_method = http_method, .verb = "", .raw = {}, .decoded = {}, .allowed = {}};
  // An encoded colon is part of a name, not a verb: so the verb is cut off before decoding.
  const size_t colon = path.rfind(':');
  if (colon != std::string_view::npos && path.find('/', colon) == std::string_view::npos &&
      verbs_.contains(path.substr(colon + 1))) {
    search.verb = path.substr(colon + 1);
    path = path.substr(0, colon);
  }
  auto raw = Split(path);
  if (!raw) return result;
  search.raw = *std::move(raw);
  for (const auto segment : search.raw) {
    auto decoded = PercentDecode(segment);
    if (!decoded) {
      result.malformed = true;
      return result;
    }
    search.decoded.push_back(*std::move(decoded));
  }
  if (!search.Walk(*root_, 0)) {
    result.allowed.assign(search.allowed.begin(), search.allowed.end());
    return result;
  }
  result.match.emplace().route = search.found->route;
  for (const auto& variable : search.found->variables) {
    std::string value;
    const size_t end = variable.open_ended ? search.raw.size() : variable.first + variable.count;
    for (size_t i = variable.first; i < end; ++i) {
      if (i > variable.first) value += '/';
      value += variable.spans_segments ? *PercentDecode(search.raw[i], {.keep_slash = true})
                                       : search.decoded[i];
    }
    result.match->bindings.push_back({variable.field_path, std::move(value)});
  }
  return result;
}

absl::Status PathMatcher::Builder::Add(std::string_view http_method, std::string_view path_template,
                                       size_t route) {
  LAUREL_ASSIGN_OR_RETURN(PathTemplate parsed, ParsePathTemplate(path_template));
  Node* node = root_.get();
  for (const auto& segment : parsed.segments) {
    auto& next = segment.kind == PathSegment::Kind::kLiteral ? node->literals[segment.literal]
                 : segment.kind == PathSegment::Kind::kAny   ? node->any
                                                             : node->rest;
    if (!next) next = std::make_unique<Node>();
    node = next.get();
  }
  if (!parsed.verb.empty()) verbs_.insert(parsed.verb);
  auto& targets = node->targets[parsed.verb];
  const auto [unused, added] =
      targets.try_emplace(std::string(http_method), Target{route, std::move(parsed.variables)});
  if (!added) {
    return status::Error(absl::StatusCode::kInvalidArgument, "ROUTE_AMBIGUOUS",
                         absl::StrCat("two routes match ", base::ToAbsl(http_method), " ",
                                      base::ToAbsl(path_template)));
  }
  return absl::OkStatus();
}

PathMatcher PathMatcher::Builder::Build() && { return {std::move(root_), std::move(verbs_)}; }

}  // namespace laurel::gateway
