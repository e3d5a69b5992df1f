// The products that purchases name. A product that is not known costs a line its category and
// brand, never the line.
#pragma once

#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "cli/import/rejects.h"

namespace laurel::import {

struct Product {
  std::string category;
  std::string brand;
  std::string department;
  std::string type;

  friend bool operator==(const Product&, const Product&) = default;
};

using Products = absl::flat_hash_map<std::string, Product>;

// Reads the text of products.csv (product_id, department, brand, product_category, product_type, in
// any order, among others). A row that cannot be read, or that says something else of a product
// than an earlier one, goes to `rejects`. FILE_REFUSED for a file that is none of this.
absl::StatusOr<Products> ReadProducts(std::string_view text, Rejects* rejects);

}  // namespace laurel::import
