#include "cli/import/products.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/import/csv.h"
#include "cli/import/limits.h"
#include "lib/status/error.h"

namespace laurel::import {
namespace {

constexpr char kFile[] = "products.csv";

std::string ProblemOf(const std::string& id, const Product& product) {
  if (id.empty()) return "product_id: is empty";
  if (id.size() > kMaxIdBytes) return "product_id: is too long";
  if (product.category.size() > kMaxIdBytes) return "product_category: is too long";
  if (product.brand.size() > kMaxIdBytes) return "brand: is too long";
  if (product.department.size() > kMaxLabelBytes) return "department: is too long";
  if (product.type.size() > kMaxLabelBytes) return "product_type: is too long";
  return "";
}

}  // namespace

absl::StatusOr<Products> ReadProducts(std::string_view text, Rejects* rejects) {
  LAUREL_ASSIGN_OR_RETURN(CsvReader reader, CsvReader::Open(text));
  LAUREL_ASSIGN_OR_RETURN(const auto at, reader.Columns({"product_id", "product_category", "brand",
                                                         "department", "product_type"}));
  Products products;
  Record record;
  while (reader.Next(&record)) {
    std::string problem = record.problem;
    if (problem.empty()) {
      const auto cell = [&](size_t column) { return std::string(record.fields[at[column]]); };
      const std::string id = cell(0);
      const Product product{
          .category = cell(1), .brand = cell(2), .department = cell(3), .type = cell(4)};
      problem = ProblemOf(id, product);
      if (problem.empty()) {
        const auto [known, is_new] = products.try_emplace(id, product);
        if (is_new || known->second == product) continue;
        problem = absl::StrCat("product_id: an earlier row says something else of ", id);
      }
    }
    rejects->Add({kFile, record.row, problem, std::string(record.raw)});
  }
  return products;
}

}  // namespace laurel::import
