// The currencies of ISO 4217 that money can be in, with the number of decimal places of their minor
// unit. Units of account without one (gold, test codes) are not among them.
#pragma once

#include <optional>
#include <string_view>

namespace laurel::money {

// 2 for EUR, 0 for JPY, 3 for KWD; empty: no such currency.
std::optional<int> CurrencyExponent(std::string_view code);

}  // namespace laurel::money
