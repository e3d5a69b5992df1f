// purchases.csv becomes baskets: one row, one line; one basket, one order; one household, one
// member. The rows of a basket may lie anywhere in the file, so the file is read whole before the
// first order is sent (the text and some 200 bytes per row in memory).
//
// An order is all or nothing: a bad row holds back its whole basket, since points are counted on
// the basket's total and an order once recorded is not added to. The rows of a basket that waits
// are rejected too, each with the row that it waits for; they go in when the file is corrected and
// imported again.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cli/import/products.h"
#include "cli/import/rejects.h"

namespace laurel::import {

struct Line {
  // Product id; lives in Purchases.
  std::string_view sku;
  // Null: not known.
  const Product* product = nullptr;
  int64_t quantity_thousandths = 0;
  int64_t amount_minor_units = 0;
  int64_t discount_minor_units = 0;
  int64_t row = 0;
  // The row as it stands in the file.
  std::string_view raw;
};

struct Basket {
  std::string_view id;
  size_t household = 0;  // index into Purchases::households
  std::string_view store;
  absl::Time time;
  // In the order of the file.
  std::vector<Line> lines;
  // Why it waits; empty: it does not.
  std::string waits_for;
};

// Equal strings once; views stay good for as long as it lives.
class Strings {
 public:
  std::string_view Keep(std::string_view text);

 private:
  std::deque<std::string> kept_;
  absl::flat_hash_map<std::string_view, std::string_view> known_;
};

struct Purchases {
  // How many rows the file has, bad ones included, header and blank ones not.
  int64_t row_count = 0;
  // Those of the baskets below, in the order of the file.
  std::vector<std::string_view> households;
  // Those that can be recorded, by time, then by their first row.
  std::vector<Basket> baskets;
  Strings strings;
};

struct PurchaseRules {
  absl::TimeZone zone;
  // Decimal places of the currency.
  int money_places = 2;
};

// Reads the text of purchases.csv; `text` and `products` must outlive the result. What is wrong
// goes to `rejects`. FILE_REFUSED for a file that is none of this.
absl::StatusOr<Purchases> ReadPurchases(std::string_view text, const Products& products,
                                        const PurchaseRules& rules, Rejects* rejects);

}  // namespace laurel::import
