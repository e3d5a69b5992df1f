// Finds the route of a request path. Built once, immutable then. A literal beats a variable, a
// variable beats `**`; two templates that match the same paths with the same HTTP method are
// refused when they are added, so that no request is ever ambiguous.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gateway/routing/path_template.h"

namespace laurel::gateway {

class PathMatcher {
 public:
  struct Binding {
    std::vector<std::string> field_path;
    std::string value;  // decoded
  };
  struct Match {
    size_t route = 0;
    std::vector<Binding> bindings;
  };
  struct Result {
    // The path cannot be decoded.
    bool malformed = false;
    std::optional<Match> match;
    // With no match: the HTTP methods that the path has, sorted; empty: no such path.
    std::vector<std::string> allowed;
  };

  class Builder;

  // `path` is the request target up to the question mark, as it was received.
  Result Find(std::string_view http_method, std::string_view path) const;

 private:
  struct Target {
    size_t route = 0;
    std::vector<PathVariable> variables;
  };
  using Targets = std::map<std::string, Target, std::less<>>;  // by HTTP method
  struct Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
    std::unique_ptr<Node> any;
    std::unique_ptr<Node> rest;
    std::map<std::string, Targets, std::less<>> targets;  // by verb
  };
  struct Search;

  PathMatcher(std::unique_ptr<Node> root, std::set<std::string, std::less<>> verbs)
      : root_(std::move(root)), verbs_(std::move(verbs)) {}

  std::unique_ptr<Node> root_;
  std::set<std::string, std::less<>> verbs_;
};

class PathMatcher::Builder {
 public:
  Builder() : root_(std::make_unique<Node>()) {}

  // INVALID_ARGUMENT, ROUTE_INVALID or ROUTE_AMBIGUOUS.
  absl::Status Add(std::string_view http_method, std::string_view path_template, size_t route);
  PathMatcher Build() &&;

 private:
  std::unique_ptr<Node> root_;
  std::set<std::string, std::less<>> verbs_;
};

}  // namespace laurel::gateway
