// Reads what an error says against single fields.
#pragma once

#include <vector>

#include "lib/status/error.h"

namespace laurel::status {

// The violations of Invalid, all of them; empty where the error names none.
std::vector<Violation> ViolationsOf(const absl::Status& status);

}  // namespace laurel::status
