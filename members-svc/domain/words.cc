#include "members-svc/domain/words.h"

namespace laurel::members {
namespace {

words::PointsWords WordsOf(const v1::WalletType& type) {
  return {.singular = type.singular(), .plural = type.plural(), .decimals = type.decimals()};
}

}  // namespace

Language ChooseLanguage(std::string_view wanted,
                        const google::protobuf::RepeatedPtrField<std::string>& of_program) {
  return words::ChooseLanguage(wanted, {of_program.begin(), of_program.end()});
}

std::string Points(Language language, int64_t units, const v1::WalletType& type) {
  return words::Points(language, units, WordsOf(type));
}

std::string PointsName(Language language, const v1::WalletType& type) {
  return words::PointsName(language, WordsOf(type));
}

std::string PerPeriod(Language language, v1::EarningLimit::Period period) {
  switch (period) {
    case v1::EarningLimit::PERIOD_DAY:
      return Say(language, {" per day", " pro Tag"});
    case v1::EarningLimit::PERIOD_WEEK:
      return Say(language, {" per week", " pro Woche"});
    case v1::EarningLimit::PERIOD_MONTH:
      return Say(language, {" per month", " pro Monat"});
    case v1::EarningLimit::PERIOD_YEAR:
      return Say(language, {" per calendar year", " pro Kalenderjahr"});
    default:
      return "";
  }
}

}  // namespace laurel::members
