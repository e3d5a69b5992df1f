#include "tests/bench/import_run.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <regex>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "lib/base/uuid.h"

namespace laurel::bench {
namespace {

// A year of purchases in the import's columns, the same every time: 1 to 3 lines a basket.
void MakeUp(const std::filesystem::path& folder, int baskets) {
  std::filesystem::create_directories(folder);
  std::mt19937_64 random(1);
  std::ofstream products(folder / "products.csv");
  products << "product_id,manufacturer_id,department,brand,product_category,product_type,"
              "package_size\n";
  for (int i = 1; i <= 2000; ++i) {
    products << absl::StrFormat("%d,1,GROCERY,National,CATEGORY %d,TYPE %d,\n", i, i % 50, i % 200);
  }
  std::ofstream purchases(folder / "purchases.csv");
  purchases << "household_id,store_id,basket_id,purchased_at,product_id,quantity,sales_value,"
               "retail_disc,coupon_disc,coupon_match_disc\n";
  for (int basket = 0; basket < baskets; ++basket) {
    const auto household = random() % 2400 + 1;
    const int lines = static_cast<int>(random() % 3) + (random() % 3 == 0 ? 1 : 0);
    const int minute = static_cast<int>(int64_t{basket} * 500000 / baskets);
    const std::string when =
        absl::StrFormat("2017-%02d-%02d %02d:%02d:00", minute / 43200 % 12 + 1,
                        minute / 1440 % 28 + 1, minute / 60 % 17 + 6, minute % 60);
    for (int line = 0; line <= lines; ++line) {
      purchases << absl::StrFormat("%d,%d,%d,%s,%d,%d,%d.%02d,0.00,0.00,0.00\n", household,
                                   random() % 300, 1000000 + basket, when, random() % 2000 + 1,
                                   random() % 4, random() % 8, random() % 100);
    }
  }
}

int64_t Digits(const std::string& text) {
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits),
               [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; });
  return digits.empty() ? 0 : std::stoll(digits);
}

}  // namespace

absl::StatusOr<ImportResult> RunImport(const std::string& importer, const std::string& folder,
                                       int baskets) {
  std::filesystem::path source = folder;
  const std::filesystem::path made =
      std::filesystem::temp_directory_path() / ("laurel-bench-" + std::to_string(getpid()));
  if (folder.empty()) {
    MakeUp(made, baskets);
    source = made;
  }
  base::IdSource ids;
  const std::string program = base::EncodeId("prg", ids.Next(absl::Now()));
  const std::string command =
      importer + " '" + source.string() + "' --program " + program + " 2>/dev/null";
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return absl::InternalError("cannot run laurel-import");
  std::string out;
  char buffer[4096];
  for (size_t n = 0; (n = fread(buffer, 1, sizeof(buffer), pipe)) > 0;) out.append(buffer, n);
  const int status = pclose(pipe);
  std::filesystem::remove_all(made);
  if (status != 0) return absl::InternalError("laurel-import failed: " + out);
  std::smatch orders;
  std::smatch time;
  if (!std::regex_search(out, orders, std::regex("orders +([^:\n]+):")) ||
      !std::regex_search(out, time,
                         std::regex("time +([0-9.]+) s for the orders, ([^\n]+) orders/s"))) {
    return absl::InternalError("laurel-import said something else: " + out);
  }
  return ImportResult{.orders = Digits(orders[1]),
                      .seconds = std::stod(time[1]),
                      .orders_per_second = static_cast<double>(Digits(time[2]))};
}

}  // namespace laurel::bench
