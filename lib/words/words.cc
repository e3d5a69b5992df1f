#include "lib/words/words.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "lib/money/currency.h"

namespace laurel::words {
namespace {

constexpr std::array<std::string_view, kLanguages> kCodes = {"en", "de"};
constexpr Texts kDecimalMark = {".", ","};
constexpr Texts kGroupMark = {",", "."};
constexpr Noun kPoints = {{"point", "Punkt"}, {"points", "Punkte"}};
// The amount is {0}, the currency {1}: a sign stands close to it in English, a code apart.
constexpr Texts kMoneyWithSign = {"{1}{0}", "{0} {1}"};
constexpr Texts kMoneyWithCode = {"{1} {0}", "{0} {1}"};
constexpr Texts kDate = {"{0} {1} {2}", "{0}. {1} {2}"};
constexpr Texts kAnd = {" and ", " und "};
constexpr Texts kOr = {" or ", " oder "};

constexpr std::array<Texts, 12> kMonths = {{{"January", "Januar"},
                                            {"February", "Februar"},
                                            {"March", "März"},
                                            {"April", "April"},
                                            {"May", "Mai"},
                                            {"June", "Juni"},
                                            {"July", "Juli"},
                                            {"August", "August"},
                                            {"September", "September"},
                                            {"October", "Oktober"},
                                            {"November", "November"},
                                            {"December", "Dezember"}}};
constexpr std::array<Texts, 7> kOnWeekdays = {{{"Mondays", "montags"},
                                               {"Tuesdays", "dienstags"},
                                               {"Wednesdays", "mittwochs"},
                                               {"Thursdays", "donnerstags"},
                                               {"Fridays", "freitags"},
                                               {"Saturdays", "samstags"},
                                               {"Sundays", "sonntags"}}};

std::string_view In(Language language, const Texts& texts) {
  return texts.at(static_cast<size_t>(language));
}

std::string_view SignOf(std::string_view currency_code) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kSigns = {
      {{"EUR", "€"}, {"GBP", "£"}, {"USD", "$"}}};
  for (const auto& [code, sign] : kSigns) {
    if (code == currency_code) return sign;
  }
  return "";
}

bool IsDefault(const PointsWords& words) {
  return words.singular == kPoints.one[0] && words.plural == kPoints.many[0];
}

std::string Grouped(std::string digits, std::string_view mark) {
  for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, mark);
  return digits;
}

}  // namespace

std::string_view CodeOf(Language language) { return kCodes.at(static_cast<size_t>(language)); }

std::optional<Language> LanguageOf(std::string_view code) {
  for (size_t i = 0; i < kLanguages; ++i) {
    if (kCodes.at(i) == code) return static_cast<Language>(i);
  }
  return std::nullopt;
}

Language ChooseLanguage(std::string_view wanted, const std::vector<std::string>& offered) {
  const std::string_view base = wanted.substr(0, wanted.find('-'));
  for (const std::string& code : offered) {
    if (code == base && LanguageOf(code)) return *LanguageOf(code);
  }
  return offered.empty() ? Language::kEnglish : LanguageOf(offered[0]).value_or(Language::kEnglish);
}

std::string Say(Language language, const Texts& texts, const std::vector<std::string>& values) {
  // Place by place: what is filled in may itself have braces in it.
  const std::string_view text = In(language, texts);
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool place = text[i] == '{' && i + 2 < text.size() && text[i + 2] == '}' &&
                       absl::ascii_isdigit(static_cast<unsigned char>(text[i + 1]));
    if (!place) {
      out += text[i];
      continue;
    }
    const auto at = static_cast<size_t>(text[i + 1] - '0');
    if (at < values.size()) out += values[at];
    i += 2;
  }
  return out;
}

std::string Count(Language language, int64_t count, const Noun& noun) {
  return Number(language, count, 0, Places::kAll) + " " +
         Say(language, count == 1 ? noun.one : noun.many);
}

std::string Number(Language language, int64_t units, int decimals, Places places) {
  // In unsigned: the least int64 has no positive counterpart.
  const uint64_t magnitude =
      units < 0 ? ~static_cast<uint64_t>(units) + 1 : static_cast<uint64_t>(units);
  std::string digits = std::to_string(magnitude);
  const auto after = static_cast<size_t>(std::max(decimals, 0));
  while (digits.size() <= after) digits.insert(digits.begin(), '0');
  const std::string whole = digits.substr(0, digits.size() - after);
  std::string fraction = digits.substr(digits.size() - after);
  if (places == Places::kNoneIfZero && fraction.find_first_not_of('0') == std::string::npos) {
    fraction.clear();
  }
  std::string out = units < 0 ? "-" : "";
  out += Grouped(whole, In(language, kGroupMark));
  if (!fraction.empty()) out.append(In(language, kDecimalMark)).append(fraction);
  return out;
}

std::string PointsName(Language language, const PointsWords& words) {
  return IsDefault(words) ? Say(language, kPoints.many) : words.plural;
}

std::string Points(Language language, int64_t units, const PointsWords& words) {
  int64_t one = 1;
  for (int i = 0; i < words.decimals; ++i) one *= 10;
  const std::string singular = IsDefault(words) ? Say(language, kPoints.one) : words.singular;
  return Number(language, units, words.decimals, Places::kNoneIfZero) + " " +
         (units == one ? singular : PointsName(language, words));
}

std::string MoneyText(Language language, int64_t minor_units, std::string_view currency_code) {
  const int decimals = money::CurrencyExponent(currency_code).value_or(2);
  const std::string_view sign = SignOf(currency_code);
  return Say(language, sign.empty() ? kMoneyWithCode : kMoneyWithSign,
             {Number(language, minor_units, decimals, Places::kAll),
              std::string(sign.empty() ? currency_code : sign)});
}

std::string Factor(Language language, int64_t bps) {
  std::string out = Number(language, bps, 4, Places::kNoneIfZero);
  const size_t mark = out.rfind(In(language, kDecimalMark));
  if (bps % 10000 != 0 && mark != std::string::npos) {
    out.erase(out.find_last_not_of('0') + 1);
  }
  return out;
}

std::string Date(Language language, absl::CivilDay day) {
  const auto month = static_cast<size_t>(day.month() - 1);
  return Say(language, kDate,
             {std::to_string(day.day()), std::string(In(language, kMonths.at(month))),
              std::to_string(day.year())});
}

std::string OnWeekday(Language language, int weekday) {
  if (weekday < 1 || weekday > static_cast<int>(kOnWeekdays.size())) return "";
  return std::string(In(language, kOnWeekdays.at(static_cast<size_t>(weekday) - 1)));
}

std::string List(Language language, const std::vector<std::string>& items, Joined joined) {
  std::string out;
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) {
      const bool last = i + 1 == items.size();
      out += last ? In(language, joined == Joined::kAnd ? kAnd : kOr) : ", ";
    }
    out += items[i];
  }
  return out;
}

}  // namespace laurel::words
