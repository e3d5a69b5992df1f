#include "lib/money/currency.h"

#include <algorithm>
#include <array>

namespace laurel::money {
namespace {

// Source: ISO 4217:2015, list one, in alphabetical order.
constexpr std::array kTwo = std::to_array<std::string_view>(
    {"AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN",
     "BMD", "BND", "BOB", "BOV", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHE",
     "CHF", "CHW", "CNY", "COP", "COU", "CRC", "CUP", "CVE", "CZK", "DKK", "DOP", "DZD", "EGP",
     "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GTQ", "GYD", "HKD",
     "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IRR", "JMD", "KES", "KGS", "KHR", "KPW", "KYD",
     "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP",
     "MRU", "MUR", "MVR", "MWK", "MXN", "MXV", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR",
     "NZD", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "QAR", "RON", "RSD", "RUB", "SAR", "SBD",
     "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL",
     "THB", "TJS", "TMT", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "USD", "USN", "UYU", "UZS",
     "VED", "VES", "WST", "XCD", "YER", "ZAR", "ZMW", "ZWG"});
constexpr std::array kNone =
    std::to_array<std::string_view>({"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG",
                                     "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"});
constexpr std::array kThree =
    std::to_array<std::string_view>({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"});
constexpr std::array kFour = std::to_array<std::string_view>({"CLF", "UYW"});

static_assert(std::is_sorted(kTwo.begin(), kTwo.end()));
static_assert(std::is_sorted(kNone.begin(), kNone.end()));
static_assert(std::is_sorted(kThree.begin(), kThree.end()));

template <size_t kSize>
bool Has(const std::array<std::string_view, kSize>& codes, std::string_view code) {
  return std::binary_search(codes.begin(), codes.end(), code);
}

}  // namespace

std::optional<int> CurrencyExponent(std::string_view code) {
  if (Has(kTwo, code)) return 2;
  if (Has(kNone, code)) return 0;
  if (Has(kThree, code)) return 3;
  if (Has(kFour, code)) return 4;
  return std::nullopt;
}

}  // namespace laurel::money
