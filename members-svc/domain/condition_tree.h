// What the checks of trees of conditions share, of whatever kind: those of campaigns and those of
// segments.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "lib/status/error.h"

namespace laurel::members {

inline constexpr int kMostConditionDepth = 8;
inline constexpr int kMostConditions = 64;

using Violations = std::vector<status::Violation>;

// `stores[2]`.
std::string ItemOf(const std::string& path, int index);

// Adds what stands twice in a list; an empty value is one, too.
void CheckRepeated(const google::protobuf::RepeatedPtrField<std::string>& values,
                   const std::string& path, Violations* out);

// Checks a tree, whose nodes are groups (`all`, `any`, `not`) or what `Node` knows:
//   static int PartsOf(condition)   how many of its parts a node has; it must be one
//   static const char* PartNames()  what they are called
//   void Check(condition, path)     what a node must be by itself
// A group is followed by what it is by itself, and no tree is too deep or has too many nodes.
template <typename Condition, typename Node>
class ConditionTree {
 public:
  ConditionTree(Node& node, Violations* out) : node_(node), out_(out) {}

  void Check(const Condition& condition, const std::string& path, int depth = 1) {
    if (depth > kMostConditionDepth) {
      out_->push_back({path, absl::StrCat("is nested more than ", kMostConditionDepth, " deep")});
      return;
    }
    if (++count_ > kMostConditions) {
      if (count_ == kMostConditions + 1) {
        out_->push_back(
            {path, absl::StrCat("is one of more than ", kMostConditions, " conditions")});
      }
      return;
    }
    if (Node::PartsOf(condition) != 1) {
      out_->push_back({path, absl::StrCat("needs exactly one of ", Node::PartNames(),
                                          "; a group must not be empty")});
    }
    for (int i = 0; i < condition.all_size(); ++i) {
      Check(condition.all(i), ItemOf(path + ".all", i), depth + 1);
    }
    for (int i = 0; i < condition.any_size(); ++i) {
      Check(condition.any(i), ItemOf(path + ".any", i), depth + 1);
    }
    if (condition.has_not_()) Check(condition.not_(), path + ".not", depth + 1);
    node_.Check(condition, path);
  }

 private:
  Node& node_;
  Violations* const out_;
  int count_ = 0;
};

}  // namespace laurel::members
