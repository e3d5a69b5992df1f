#include "tests/bench/figures.h"

#include <algorithm>
#include <fstream>

#include "absl/strings/str_format.h"

namespace laurel::bench {

void Figures::Note(const std::string& name, double value) {
  auto& values = values_[name];
  if (values.empty()) names_.push_back(name);
  values.push_back(value);
}

absl::Status Figures::Write(const std::string& path) const {
  if (path.empty()) return absl::OkStatus();
  std::ofstream out(path);
  const char* separator = "{\n";
  for (const std::string& name : names_) {
    std::vector<double> values = values_.at(name);
    std::sort(values.begin(), values.end());
    out << separator << absl::StrFormat("  \"%s\": %.3f", name, values[values.size() / 2]);
    separator = ",\n";
  }
  out << "\n}\n";
  out.close();
  if (!out) return absl::UnavailableError("cannot write " + path);
  return absl::OkStatus();
}

}  // namespace laurel::bench
