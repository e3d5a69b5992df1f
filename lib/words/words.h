// What texts for members are made of: languages with their plural rules, numbers, money, points,
// dates and lists. Plural rules and patterns are those of Unicode CLDR for `en` and `de`; a
// language is a column of every table of texts, here and where services have theirs.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"

namespace laurel::words {

enum class Language : uint8_t { kEnglish, kGerman };
inline constexpr size_t kLanguages = 2;
// One text per language.
using Texts = std::array<std::string_view, kLanguages>;

std::string_view CodeOf(Language language);
// The language of a code with texts; empty: there are none. `de-AT` is none.
std::optional<Language> LanguageOf(std::string_view code);
// The language that somebody gets: the wanted one if it is offered, or the one that it is a variety
// of (`de` for `de-AT`), otherwise the first that is offered; where none is, or the first is not
// known, English.
Language ChooseLanguage(std::string_view wanted, const std::vector<std::string>& offered);

// What a text says with its places filled in: "{0} per {1}".
std::string Say(Language language, const Texts& texts, const std::vector<std::string>& values = {});

// One and many of a noun: English and German use the first for exactly 1 without decimals shown.
struct Noun {
  Texts one;
  Texts many;
};
// "1 order", "1,234 orders".
std::string Count(Language language, int64_t count, const Noun& noun);

// `units` with so many decimal places (0 to 4), digits in groups of three; all places are written,
// as those of money are, or none where they are all zero.
enum class Places { kAll, kNoneIfZero };
std::string Number(Language language, int64_t units, int decimals, Places places);

// What points of a wallet are called. The English words of the default wallet, `point` and
// `points`, are said in the language; others are the programme's own.
struct PointsWords {
  std::string singular;
  std::string plural;
  int decimals = 0;
};
// "1 point", "2.5 miles".
std::string Points(Language language, int64_t units, const PointsWords& words);
// The name of several: "points".
std::string PointsName(Language language, const PointsWords& words);

// An amount in the currency's minor units, with all its decimals: "€1.00", "1,00 €", "JPY 500".
std::string MoneyText(Language language, int64_t minor_units, std::string_view currency_code);
// A factor in basis points without needless zeros: 15000 is "1.5".
std::string Factor(Language language, int64_t bps);
// "5 March 2026", "5. März 2026".
std::string Date(Language language, absl::CivilDay day);
// As it stands in a list of days, 1 is Monday: "Mondays", "montags"; empty: there is none.
std::string OnWeekday(Language language, int weekday);
// "a, b and c", "a, b or c".
enum class Joined { kAnd, kOr };
std::string List(Language language, const std::vector<std::string>& items, Joined joined);

}  // namespace laurel::words
