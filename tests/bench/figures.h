// The figures of a run under their names, and the JSON file that `./laurel bench compare` reads.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace laurel::bench {

class Figures {
 public:
  // A name noted several times stands for the median.
  void Note(const std::string& name, double value);
  // One flat object, names in order of first measurement. UNAVAILABLE if it cannot be written.
  absl::Status Write(const std::string& path) const;

 private:
  std::vector<std::string> names_;
  std::map<std::string, std::vector<double>> values_;
};

}  // namespace laurel::bench
