// The words of lib/words for what members-svc tells of.
#pragma once

#include <string>

#include "google/protobuf/repeated_field.h"
#include "laurel/members/v1/campaign_limit.pb.h"
#include "laurel/members/v1/program.pb.h"
#include "lib/words/words.h"

namespace laurel::members {

using words::Count;
using words::Date;
using words::Factor;
using words::Joined;
using words::Language;
using words::List;
using words::MoneyText;
using words::Noun;
using words::Number;
using words::OnWeekday;
using words::Places;
using words::Say;
using words::Texts;

// As words::ChooseLanguage, of a programme's languages.
Language ChooseLanguage(std::string_view wanted,
                        const google::protobuf::RepeatedPtrField<std::string>& of_program);
// Points of a wallet type, with its own words: "1 point", "2.5 miles".
std::string Points(Language language, int64_t units, const v1::WalletType& type);
// The name of several: "points".
std::string PointsName(Language language, const v1::WalletType& type);
// " per day", and nothing for ever.
std::string PerPeriod(Language language, v1::EarningLimit::Period period);

}  // namespace laurel::members
