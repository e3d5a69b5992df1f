#include "cli/import/purchases.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/import/csv.h"
#include "cli/import/limits.h"
#include "cli/import/values.h"
#include "lib/base/strings.h"
#include "lib/status/error.h"

namespace laurel::import {
namespace {

constexpr char kFile[] = "purchases.csv";

enum Column {
  kHousehold,
  kStore,
  kBasket,
  kTime,
  kProduct,
  kQuantity,
  kAmount,
  kRetailDiscount,
  kCouponDiscount,
  kCouponMatchDiscount,
};

const std::vector<std::string>& ColumnNames() {
  static const auto& names = *new std::vector<std::string>{
      "household_id", "store_id",    "basket_id",   "purchased_at", "product_id",
      "quantity",     "sales_value", "retail_disc", "coupon_disc",  "coupon_match_disc"};
  return names;
}

// A row that could not be split into columns.
struct Unreadable {
  int64_t row = 0;
  std::string problem;
  std::string_view raw;
  std::vector<std::string> fields;
  bool at_end = false;
};

class PurchaseReader {
 public:
  PurchaseReader(CsvReader reader, std::vector<size_t> columns, const Products& products,
                 const PurchaseRules& rules, Rejects* rejects)
      : reader_(std::move(reader)),
        columns_(std::move(columns)),
        products_(products),
        rules_(rules),
        rejects_(rejects) {}

  Purchases Run() {
    Record record;
    while (reader_.Next(&record)) {
      ++out_.row_count;
      if (record.problem.empty() && HoldsLineEnd(record)) {
        reader_.CutBack("has a quoted line end, which no column of it may have", &record);
      }
      if (record.problem.empty() && MayBeCut(record)) {
        record.problem = "the file ends here without a line end: the row may be cut";
      }
      if (record.problem.empty()) {
        ReadRow(record);
      } else {
        std::vector<std::string> fields(record.fields.begin(), record.fields.end());
        unreadable_.push_back(
            {record.row, record.problem, record.raw, std::move(fields), record.at_end});
      }
    }
    HoldForUnreadable();
    Finish();
    return std::move(out_);
  }

 private:
  std::string_view Cell(const Record& record, Column column) const {
    return record.fields[columns_[column]];
  }

  bool HoldsLineEnd(const Record& record) const {
    if (record.raw.find('\n') == std::string_view::npos) return false;
    return std::any_of(columns_.begin(), columns_.end(), [&](size_t column) {
      return record.fields[column].find('\n') != std::string_view::npos;
    });
  }

  // A last row without a line end may be whole. It is, as far as one can tell, when its last column
  // is one that nobody reads, or money with all its decimals.
  bool MayBeCut(const Record& record) const {
    if (!record.at_end) return false;
    const size_t last = record.fields.size() - 1;
    const auto used = std::find(columns_.begin(), columns_.end(), last);
    if (used == columns_.end()) return false;
    if (used - columns_.begin() < kAmount) return true;
    const std::string_view text = record.fields[last];
    const auto places = static_cast<size_t>(rules_.money_places);
    return places == 0 || text.size() < places + 2 || text[text.size() - places - 1] != '.';
  }

  size_t BasketOf(std::string_view id) {
    const std::string_view kept = out_.strings.Keep(id);
    const auto [found, is_new] = basket_of_.try_emplace(kept, out_.baskets.size());
    if (is_new) out_.baskets.emplace_back().id = kept;
    return found->second;
  }

  size_t HouseholdOf(std::string_view id) {
    const std::string_view kept = out_.strings.Keep(id);
    const auto [found, is_new] = household_of_.try_emplace(kept, out_.households.size());
    if (is_new) out_.households.push_back(kept);
    return found->second;
  }

  static void CheckId(std::string_view id, Column column, std::vector<std::string>* problems) {
    if (id.empty()) problems->push_back(ColumnNames()[column] + ": is empty");
    if (id.size() > kMaxIdBytes) problems->push_back(ColumnNames()[column] + ": is too long");
  }

  int64_t Number(const Record& record, Column column, const DecimalRules& rules,
                 std::vector<std::string>* problems) const {
    const Parsed<int64_t> parsed = ParseDecimal(Cell(record, column), rules);
    if (!parsed.ok()) problems->push_back(ColumnNames()[column] + ": " + parsed.problem);
    return parsed.value;
  }

  Line ReadLine(const Record& record, std::vector<std::string>* problems) {
    const DecimalRules money{.places = rules_.money_places, .most = kMaxMinorUnits};
    const DecimalRules thousandths{.places = 3, .most = kMaxQuantityThousandths};
    Line line;
    CheckId(Cell(record, kProduct), kProduct, problems);
    line.sku = out_.strings.Keep(Cell(record, kProduct));
    const auto product = products_.find(base::ToAbsl(line.sku));
    if (product != products_.end()) line.product = &product->second;
    line.quantity_thousandths = Number(record, kQuantity, thousandths, problems);
    line.amount_minor_units = Number(record, kAmount, money, problems);
    for (const Column discount : {kRetailDiscount, kCouponDiscount, kCouponMatchDiscount}) {
      line.discount_minor_units += Number(record, discount, money, problems);
    }
    if (line.discount_minor_units > kMaxMinorUnits) {
      problems->push_back("retail_disc: the discounts are too large together");
    }
    line.row = record.row;
    line.raw = record.raw;
    return line;
  }

  // Household, store and time are the basket's; its first sound row says what they are.
  void CheckOrSetHead(const Record& record, absl::Time time, Basket* basket,
                      std::vector<std::string>* problems) {
    const size_t household = HouseholdOf(Cell(record, kHousehold));
    const std::string_view store = Cell(record, kStore);
    if (basket->lines.empty()) {
      basket->household = household;
      basket->store = out_.strings.Keep(store);
      basket->time = time;
      return;
    }
    const auto differs = [&](Column column) {
      problems->push_back(absl::StrCat(ColumnNames()[column], ": differs from row ",
                                       basket->lines.front().row, " of the same basket"));
    };
    if (basket->household != household) differs(kHousehold);
    if (basket->store != store) differs(kStore);
    if (basket->time != time) differs(kTime);
  }

  void ReadRow(const Record& record) {
    std::vector<std::string> problems;
    const std::string_view id = Cell(record, kBasket);
    CheckId(Cell(record, kHousehold), kHousehold, &problems);
    CheckId(id, kBasket, &problems);
    if (Cell(record, kStore).size() > kMaxIdBytes) problems.emplace_back("store_id: is too long");
    const Parsed<absl::Time> time = ParseLocalTime(Cell(record, kTime), rules_.zone);
    if (!time.ok()) problems.push_back(ColumnNames()[kTime] + ": " + time.problem);
    Line line = ReadLine(record, &problems);
    if (id.empty()) {
      last_basket_ = kNoBasket;
      rejects_->Add({kFile, record.row, absl::StrJoin(problems, "; "), std::string(record.raw)});
      return;
    }
    last_basket_ = BasketOf(id);
    Basket& basket = out_.baskets[last_basket_];
    if (problems.empty()) CheckOrSetHead(record, time.value, &basket, &problems);
    if (problems.empty() && basket.lines.size() == kMaxLines) {
      problems.push_back(absl::StrCat("is line ", kMaxLines + 1, " of its basket; an order has ",
                                      kMaxLines, " at most"));
    }
    if (problems.empty()) {
      basket.lines.push_back(line);
      return;
    }
    rejects_->Add({kFile, record.row, absl::StrJoin(problems, "; "), std::string(record.raw)});
    Hold(&basket, record.row, "cannot be read");
  }

  static void Hold(Basket* basket, int64_t row, std::string_view why) {
    if (!basket->waits_for.empty()) return;
    basket->waits_for =
        absl::StrCat("waits for the rest of its basket: row ", row, " ", std::string(why));
  }

  // A row that cannot be split does not say for sure which basket it belongs to: every basket that
  // one of its pieces names waits. In a file that was cut, so does the basket of the row before the
  // cut, of which more rows may be missing.
  void HoldForUnreadable() {
    for (const Unreadable& bad : unreadable_) {
      rejects_->Add({kFile, bad.row, bad.problem, std::string(bad.raw)});
      for (const std::string& field : bad.fields) {
        const auto named = basket_of_.find(field);
        if (named != basket_of_.end()) {
          Hold(&out_.baskets[named->second], bad.row, "cannot be read");
        }
      }
      if (bad.at_end && last_basket_ != kNoBasket) {
        Hold(&out_.baskets[last_basket_], bad.row, "is cut, and more may be missing");
      }
    }
  }

  // Leaves what can be recorded, in the order of time, and the households of that.
  void Finish() {
    for (Basket& basket : out_.baskets) {
      if (basket.waits_for.empty()) continue;
      for (const Line& line : basket.lines) {
        rejects_->Add({kFile, line.row, basket.waits_for, std::string(line.raw)});
      }
      basket.lines.clear();
    }
    std::erase_if(out_.baskets, [](const Basket& basket) { return basket.lines.empty(); });
    std::stable_sort(out_.baskets.begin(), out_.baskets.end(),
                     [](const Basket& a, const Basket& b) { return a.time < b.time; });
    const std::vector<std::string_view> all = std::exchange(out_.households, {});
    household_of_.clear();
    for (Basket& basket : out_.baskets) basket.household = HouseholdOf(all[basket.household]);
  }

  static constexpr size_t kNoBasket = static_cast<size_t>(-1);

  CsvReader reader_;
  const std::vector<size_t> columns_;
  const Products& products_;
  const PurchaseRules& rules_;
  Rejects* const rejects_;
  absl::flat_hash_map<std::string_view, size_t> basket_of_;
  absl::flat_hash_map<std::string_view, size_t> household_of_;
  size_t last_basket_ = kNoBasket;  // of the last row that could be split
  std::vector<Unreadable> unreadable_;
  Purchases out_;
};

}  // namespace

std::string_view Strings::Keep(std::string_view text) {
  const auto found = known_.find(text);
  if (found != known_.end()) return found->second;
  const std::string_view kept = kept_.emplace_back(text);
  known_.emplace(kept, kept);
  return kept;
}

absl::StatusOr<Purchases> ReadPurchases(std::string_view text, const Products& products,
                                        const PurchaseRules& rules, Rejects* rejects) {
  LAUREL_ASSIGN_OR_RETURN(CsvReader reader, CsvReader::Open(text));
  LAUREL_ASSIGN_OR_RETURN(std::vector<size_t> columns, reader.Columns(ColumnNames()));
  return PurchaseReader(std::move(reader), std::move(columns), products, rules, rejects).Run();
}

}  // namespace laurel::import
