#include "members-svc/domain/condition_tree.h"

#include <set>

namespace laurel::members {

std::string ItemOf(const std::string& path, int index) {
  return absl::StrCat(path, "[", index, "]");
}

void CheckRepeated(const google::protobuf::RepeatedPtrField<std::string>& values,
                   const std::string& path, Violations* out) {
  std::set<std::string> seen;
  for (int i = 0; i < values.size(); ++i) {
    if (!seen.insert(values[i]).second) out->push_back({ItemOf(path, i), "stands twice"});
  }
}

}  // namespace laurel::members
