// What texts for members are made of: languages with their plural rules, numbers, money, points,
// dates and lists. Pure. Plural rules and patterns are those of Unicode CLDR for `en` and `de`; a
// language is one row of each table in words.cc, way_texts.cc and condition_texts.cc.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "google/protobuf/repeated_field.h"
#include "laurel/members/v1/campaign_limit.pb.h"
#include "laurel/members/v1/condition.pb.h"
#include "laurel/members/v1/program.pb.h"

namespace laurel::members {

enum class Language : uint8_t { kEnglish, kGerman };
inline constexpr size_t kLanguages = 2;
// One text per language.
using Texts = std::array<std::string_view, kLanguages>;

std::string_view CodeOf(Language language);
// The language of a code with texts; empty: there are none. `de-AT` is none.
std::optional<Language> LanguageOf(std::string_view code);
// The language that a member gets: the wanted one if the programme has it, or the one that it is a
// variety of (`de` for `de-AT`), otherwise the programme's first; of a programme without languages,
// and of one whose first is not known, English.
Language ChooseLanguage(std::string_view wanted,
                        const google::protobuf::RepeatedPtrField<std::string>& of_program);

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
// as amounts are, or none where they are all zero.
enum class Places { kAll, kNoneIfZero };
std::string Number(Language language, int64_t units, int decimals, Places places);
// Points of a wallet type, with its own words: "1 point", "2.5 miles". Words that are the English
// ones of the default wallet type, `point` and `points`, are said in the language.
std::string Points(Language language, int64_t units, const v1::WalletType& type);
// The name of several: "points".
std::string PointsName(Language language, const v1::WalletType& type);
// An amount in the currency's minor units, with all its decimals: "€1.00", "1,00 €", "JPY 500".
std::string MoneyText(Language language, int64_t minor_units, std::string_view currency_code);
// A factor in basis points without needless zeros: 15000 is "1.5".
std::string Factor(Language language, int64_t bps);
// "5 March 2026", "5. März 2026".
std::string Date(Language language, absl::CivilDay day);
// As it stands in a list of days: "Mondays", "montags".
std::string OnWeekday(Language language, v1::Weekday weekday);
// "a, b and c"; `any`: "a, b or c".
enum class Joined { kAnd, kOr };
std::string List(Language language, const std::vector<std::string>& items, Joined joined);
// " per day", and nothing for ever.
std::string PerPeriod(Language language, v1::EarningLimit::Period period);

}  // namespace laurel::members
