// What a campaign asks for, in words: each part that must hold is a sentence, "Only on Fridays."
#include <utility>

#include "members-svc/domain/way_texts.h"

namespace laurel::members {
namespace {

using Strings = std::vector<std::string>;

Strings ToStrings(const google::protobuf::RepeatedPtrField<std::string>& names) {
  return {names.begin(), names.end()};
}

// "product a or b", "products" staying unsaid: a list of names behind what they are names of.
std::string Named(Language language, const Texts& what,
                  const google::protobuf::RepeatedPtrField<std::string>& names) {
  return Say(language, what, {List(language, ToStrings(names), Joined::kOr)});
}

std::string Labels(Language language,
                   const google::protobuf::RepeatedPtrField<v1::LabelMatch>& labels) {
  Strings out;
  for (const v1::LabelMatch& label : labels) out.push_back(label.key() + " " + label.value());
  return List(language, out, Joined::kOr);
}

// Quantities in thousandths: whole ones without decimals.
std::string Quantity(Language language, int64_t thousandths) {
  return Number(language, thousandths, 3, Places::kNoneIfZero);
}

class Clauses {
 public:
  explicit Clauses(const WayContext& context) : context_(context), language_(context.language) {}

  // What stands behind "Only": "on Fridays".
  std::string Of(const v1::Condition& condition) const {
    if (!condition.all().empty()) return Group(condition.all(), Joined::kAnd);
    if (!condition.any().empty()) return Group(condition.any(), Joined::kOr);
    if (condition.has_not_()) {
      return Say(language_, {"not {0}", "nicht {0}"}, {Of(condition.not_())});
    }
    if (condition.has_total()) return Total(condition.total());
    if (!condition.stores().empty()) {
      return Named(language_, {"at {0}", "bei {0}"}, condition.stores());
    }
    if (!condition.channels().empty()) {
      return Named(language_, {"by way of {0}", "auf dem Weg {0}"}, condition.channels());
    }
    if (condition.has_lines()) return Lines(condition.lines());
    if (condition.has_time()) return Time(condition.time());
    if (condition.has_order_number()) return OrderNumber(condition.order_number());
    if (condition.has_first_at_store()) {
      return Say(language_,
                 {"with the first order at a store", "mit dem ersten Einkauf in einem Geschäft"});
    }
    if (condition.has_tier()) return Tier(condition.tier());
    return Say(language_, {"for selected members", "für ausgewählte Mitglieder"});
  }

 private:
  std::string Group(const google::protobuf::RepeatedPtrField<v1::Condition>& parts,
                    Joined joined) const {
    Strings clauses;
    for (const v1::Condition& part : parts) clauses.push_back(Of(part));
    return List(language_, clauses, joined);
  }

  std::string Money(int64_t minor_units) const {
    return MoneyText(language_, minor_units, context_.currency_code);
  }

  std::string Total(const v1::TotalCondition& total) const {
    const std::string least = Money(total.least_minor_units());
    const std::string most = Money(total.most_minor_units());
    if (!total.has_most_minor_units()) {
      return Say(language_, {"for orders of at least {0}", "für Einkäufe ab {0}"}, {least});
    }
    if (total.least_minor_units() == 0) {
      return Say(language_, {"for orders of at most {0}", "für Einkäufe bis {0}"}, {most});
    }
    return Say(language_, {"for orders of {0} to {1}", "für Einkäufe von {0} bis {1}"},
               {least, most});
  }

  std::string Lines(const v1::LinesCondition& lines) const {
    const FilterText filter = TextOf(lines.filter(), language_);
    std::string what = filter.takes;
    if (what.empty()) what = Say(language_, {"other products", "anderen Artikeln"});
    if (lines.least_quantity_thousandths() > 0) {
      what = Say(language_, {"at least {0} of {1}", "mindestens {0} von {1}"},
                 {Quantity(language_, lines.least_quantity_thousandths()), what});
    }
    if (lines.least_amount_minor_units() > 0) {
      what = Say(language_, {"{0} for at least {1}", "{0} für mindestens {1}"},
                 {what, Money(lines.least_amount_minor_units())});
    }
    what = Say(language_, {"with {0}", "mit {0}"}, {what});
    if (filter.leaves_out.empty()) return what;
    return what + Say(language_, {" except {0}", " außer {0}"}, {filter.leaves_out});
  }

  std::string Time(const v1::TimeCondition& time) const {
    Strings parts;
    Strings days;
    for (const int day : time.weekdays()) {
      days.push_back(OnWeekday(language_, day));
    }
    if (!days.empty()) {
      parts.push_back(Say(language_, {"on {0}", "{0}"}, {List(language_, days, Joined::kAnd)}));
    }
    if (!time.from_clock().empty() || !time.until_clock().empty()) {
      parts.push_back(Say(language_, {"from {0} to {1}", "von {0} bis {1} Uhr"},
                          {time.from_clock().empty() ? "00:00" : time.from_clock(),
                           time.until_clock().empty() ? "24:00" : time.until_clock()}));
    }
    const auto day = [this](const google::type::Date& date) {
      return Date(language_, absl::CivilDay(date.year(), date.month(), date.day()));
    };
    if (time.has_first_date()) {
      parts.push_back(Say(language_, {"from {0}", "ab {0}"}, {day(time.first_date())}));
    }
    if (time.has_last_date()) {
      parts.push_back(Say(language_, {"until {0}", "bis {0}"}, {day(time.last_date())}));
    }
    std::string out;
    for (const std::string& part : parts) out += (out.empty() ? "" : " ") + part;
    return out;
  }

  std::string OrderNumber(const v1::OrderNumberCondition& number) const {
    const auto at = [this](int64_t n) { return Number(language_, n, 0, Places::kAll); };
    const int64_t least = number.least();
    if (number.every() > 1) {
      return Say(language_,
                 {"with orders number {0}, {1}, {2} and so on",
                  "mit den Einkäufen Nummer {0}, {1}, {2} und so weiter"},
                 {at(least), at(least + number.every()), at(least + 2 * number.every())});
    }
    if (number.most() == 0) {
      return Say(language_, {"from order number {0} on", "ab dem Einkauf Nummer {0}"}, {at(least)});
    }
    if (number.most() == least) {
      if (least == 1) return Say(language_, {"with the first order", "mit dem ersten Einkauf"});
      return Say(language_, {"with order number {0}", "mit dem Einkauf Nummer {0}"}, {at(least)});
    }
    return Say(language_, {"with orders number {0} to {1}", "mit den Einkäufen Nummer {0} bis {1}"},
               {at(least), at(number.most())});
  }

  std::string Tier(const v1::TierCondition& tier) const {
    Strings names;
    for (const std::string& code : tier.tiers()) {
      names.push_back(context_.TierName(tier.tier_set(), code));
    }
    return Say(language_, {"for {0}", "für {0}"}, {List(language_, names, Joined::kOr)});
  }

  const WayContext& context_;
  const Language language_;
};

}  // namespace

FilterText TextOf(const v1::LineFilter& filter, Language language) {
  const auto list = [&](const auto& skus, const auto& categories, const auto& brands,
                        const auto& labels) {
    Strings parts;
    if (!skus.empty()) parts.push_back(Named(language, {"product {0}", "Artikel {0}"}, skus));
    if (!categories.empty()) {
      parts.push_back(Named(language, {"category {0}", "Kategorie {0}"}, categories));
    }
    if (!brands.empty()) parts.push_back(Named(language, {"brand {0}", "Marke {0}"}, brands));
    if (!labels.empty()) parts.push_back(Labels(language, labels));
    return parts;
  };
  const google::protobuf::RepeatedPtrField<std::string> none;
  // All parts of what it takes must hold; one of what it leaves out is enough.
  return {.takes = List(language,
                        list(filter.skus(), filter.categories(), filter.brands(), filter.labels()),
                        Joined::kAnd),
          .leaves_out = List(language,
                             list(filter.excluded_skus(), filter.excluded_categories(), none,
                                  filter.excluded_labels()),
                             Joined::kOr)};
}

std::vector<std::string> ConditionTexts(const v1::Condition& condition, const WayContext& context) {
  std::vector<std::string> out;
  for (const v1::Condition& part : condition.all()) {
    for (std::string& text : ConditionTexts(part, context)) out.push_back(std::move(text));
  }
  if (!condition.all().empty()) return out;
  const Clauses clauses(context);
  if (condition.has_not_()) {
    out.push_back(
        Say(context.language, {"Not {0}.", "Nicht {0}."}, {clauses.Of(condition.not_())}));
  } else {
    out.push_back(Say(context.language, {"Only {0}.", "Nur {0}."}, {clauses.Of(condition)}));
  }
  return out;
}

}  // namespace laurel::members
