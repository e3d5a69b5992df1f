#include "members-svc/domain/way_texts.h"

#include <algorithm>
#include <utility>

#include "lib/base/timestamps.h"
#include "lib/money/currency.h"

namespace laurel::members {
namespace {

constexpr Noun kItems = {{"item", "Artikel"}, {"items", "Artikel"}};
constexpr Noun kOrders = {{"order", "Einkauf"}, {"orders", "Einkäufe"}};
constexpr Noun kTimes = {{"time", "Mal"}, {"times", "Mal"}};
constexpr Noun kVisits = {{"visit", "Besuch"}, {"visits", "Besuche"}};
constexpr Noun kYears = {{"year", "Jahr"}, {"years", "Jahren"}};
constexpr int64_t kOneBps = 10000;
constexpr int64_t kMillion = 1000000;

int64_t OneUnitOf(const std::string& currency_code) {
  int64_t one = 1;
  for (int i = money::CurrencyExponent(currency_code).value_or(2); i > 0; --i) one *= 10;
  return one;
}

std::string FactorText(int64_t bps, Language language) {
  if (bps == 2 * kOneBps) return Say(language, {"Twice the points", "Doppelte Punkte"});
  return Say(language, {"{0} times the points", "{0}-fache Punkte"}, {Factor(language, bps)});
}

// A rate in points per million minor units as points for one unit of money, or for as many as it
// takes to make them whole.
std::string RateText(int64_t points_per_million, const v1::WalletType& type,
                     const WayContext& context) {
  int64_t points = points_per_million;
  int64_t money = kMillion;
  while (points % 10 == 0 && money > OneUnitOf(context.currency_code)) {
    points /= 10;
    money /= 10;
  }
  return Say(context.language, {"{0} per {1}", "{0} pro {1}"},
             {Points(context.language, points, type),
              MoneyText(context.language, money, context.currency_code)});
}

std::string BandsText(const v1::PointsBands& bands, const v1::WalletType& type,
                      const WayContext& context) {
  std::vector<std::string> parts;
  for (const v1::PointsBand& band : bands.bands()) {
    std::string text = RateText(band.points_per_million(), type, context);
    if (band.up_to_minor_units() > 0) {
      text =
          Say(context.language, {"{0} up to {1} spent", "{0} bis {1} Umsatz"},
              {text, MoneyText(context.language, band.up_to_minor_units(), context.currency_code)});
    }
    parts.push_back(std::move(text));
  }
  std::string out;
  for (const std::string& part : parts) {
    out += out.empty() ? part : Say(context.language, {", then {0}", ", danach {0}"}, {part});
  }
  return out + PerPeriod(context.language, bands.period());
}

// What it gives, without when.
std::string GiftText(const v1::Campaign& campaign, const v1::WalletType& type,
                     const WayContext& context) {
  const Language language = context.language;
  switch (campaign.effect_case()) {
    case v1::Campaign::kPointsPerAmount: {
      const v1::PointsPerAmount& rule = campaign.points_per_amount();
      return Say(language, {"{0} per {1}", "{0} pro {1}"},
                 {Points(language, rule.points(), type),
                  MoneyText(language, rule.step_minor_units(), context.currency_code)});
    }
    case v1::Campaign::kFixedPoints:
      return Points(language, campaign.fixed_points().points(), type);
    case v1::Campaign::kPointsPerItem:
      return Say(language, {"{0} for each item", "{0} für jeden Artikel"},
                 {Points(language, campaign.points_per_item().points(), type)});
    case v1::Campaign::kMultiplier:
      return FactorText(campaign.multiplier().factor_bps(), language);
    case v1::Campaign::kBands:
      return BandsText(campaign.bands(), type, context);
    case v1::Campaign::kPunchCard:
      return Say(language, {"{0} for every {1}", "{0} für je {1}"},
                 {Points(language, campaign.punch_card().points(), type),
                  Count(language, campaign.punch_card().units(), kItems)});
    case v1::Campaign::kPointsPerVisit:
      return Say(language, {"{0} for each visit to a store", "{0} für jeden Besuch im Geschäft"},
                 {Points(language, campaign.points_per_visit().points(), type)});
    default:
      return Say(language, {"A reward", "Eine Prämie"});
  }
}

// What makes it run, behind what it gives.
std::string OccasionText(const v1::CampaignTrigger& trigger, const std::string& gift,
                         const WayContext& context) {
  const Language language = context.language;
  switch (trigger.kind_case()) {
    case v1::CampaignTrigger::kActivity: {
      const std::string& code = trigger.activity().activity_type();
      const auto name = context.activity_names.find(code);
      return Say(language, {"{0} for “{1}”", "{0} für „{1}“"},
                 {gift, name == context.activity_names.end() ? code : name->second});
    }
    case v1::CampaignTrigger::kBirthday:
      return Say(language, {"{0} on your birthday", "{0} zum Geburtstag"}, {gift});
    case v1::CampaignTrigger::kAnniversary:
      if (trigger.anniversary().years() == 0) {
        return Say(language,
                   {"{0} on every anniversary of joining", "{0} an jedem Jahrestag des Beitritts"},
                   {gift});
      }
      return Say(language, {"{0} after {1} as a member", "{0} nach {1} Mitgliedschaft"},
                 {gift, Count(language, trigger.anniversary().years(), kYears)});
    case v1::CampaignTrigger::kTierEntered:
      if (trigger.tier_entered().tier().empty()) {
        return Say(language, {"{0} on reaching a higher tier", "{0} mit jeder höheren Stufe"},
                   {gift});
      }
      return Say(language, {"{0} on reaching {1}", "{0} beim Erreichen von {1}"},
                 {gift, context.TierName(trigger.tier_entered().tier_set(),
                                         trigger.tier_entered().tier())});
    default:
      return gift;
  }
}

void AddLimit(const v1::EarningLimit& limit, const Texts& texts, const v1::WalletType& type,
              const WayContext& context, std::vector<std::string>* out) {
  const std::string period = PerPeriod(context.language, limit.period());
  if (limit.max_points() > 0) {
    out->push_back(Say(context.language, texts,
                       {Points(context.language, limit.max_points(), type) + period}));
  }
  if (limit.max_orders() > 0) {
    out->push_back(Say(context.language, texts,
                       {Count(context.language, limit.max_orders(), kTimes) + period}));
  }
}

// The last day before an instant on the programme's calendar.
absl::CivilDay LastDayBefore(absl::Time end, absl::TimeZone zone) {
  return absl::ToCivilDay(end - absl::Microseconds(1), zone);
}

}  // namespace

v1::WalletType WayContext::WalletTypeOf(const std::string& code) const {
  for (const WalletTypeRules& type : wallet_types) {
    if (type.policy.code() == code) return type.policy;
  }
  v1::WalletType out;
  out.set_code(code);
  out.set_singular("point");
  out.set_plural("points");
  return out;
}

std::string WayContext::TierName(const std::string& tier_set, const std::string& tier) const {
  const auto name = tier_names.find({tier_set, tier});
  return name == tier_names.end() ? tier : name->second;
}

bool IsTold(const v1::Campaign& campaign) {
  if (campaign.effect_case() == v1::Campaign::EFFECT_NOT_SET || campaign.has_set_attribute()) {
    return false;
  }
  switch (campaign.trigger().kind_case()) {
    case v1::CampaignTrigger::kEnrolment:  // whoever reads it has joined
    case v1::CampaignTrigger::kSegmentEntered:
    case v1::CampaignTrigger::kInactivity:
    case v1::CampaignTrigger::kOrderReturned:
      return false;
    default:
      return true;
  }
}

std::string EffectText(const v1::Campaign& campaign, const WayContext& context) {
  const v1::WalletType type = context.WalletTypeOf(campaign.wallet_type());
  const std::string gift = GiftText(campaign, type, context);
  if (campaign.has_trigger()) return OccasionText(campaign.trigger(), gift, context);
  if (campaign.has_fixed_points() || campaign.has_grant_reward()) {
    return Say(context.language, {"{0} for an order", "{0} für einen Einkauf"}, {gift});
  }
  return gift;
}

std::vector<std::string> TermsOf(const v1::Campaign& campaign, const WayContext& context) {
  const Language language = context.language;
  const v1::WalletType type = context.WalletTypeOf(campaign.wallet_type());
  std::vector<std::string> out;
  if (campaign.has_condition()) out = ConditionTexts(campaign.condition(), context);
  const FilterText lines = TextOf(campaign.lines(), language);
  if (!lines.takes.empty()) {
    out.push_back(Say(language, {"Counts only {0}.", "Es zählt nur {0}."}, {lines.takes}));
  }
  if (!lines.leaves_out.empty()) {
    out.push_back(
        Say(language, {"Does not count: {0}.", "Es zählt nicht: {0}."}, {lines.leaves_out}));
  }
  if (campaign.has_points_per_amount() && !campaign.points_per_amount().pro_rata()) {
    out.push_back(Say(language, {"Each full {0} counts.", "Es zählen jeweils volle {0}."},
                      {MoneyText(language, campaign.points_per_amount().step_minor_units(),
                                 context.currency_code)}));
  }
  AddLimit(campaign.member_limit(), {"At most {0}.", "Höchstens {0}."}, type, context, &out);
  AddLimit(campaign.total_limit(),
           {"All members together: at most {0}.", "Alle Mitglieder zusammen: höchstens {0}."}, type,
           context, &out);
  if (campaign.has_budget()) {
    out.push_back(Say(language, {"As long as the budget lasts.", "Solange das Budget reicht."}));
  }
  if (campaign.stacking() == v1::STACKING_EXCLUSIVE) {
    out.push_back(
        Say(language, {"Not together with other offers.", "Nicht zusammen mit anderen Aktionen."}));
  }
  if (campaign.has_end_time()) {
    const absl::Time end = base::FromTimestamp(campaign.end_time());
    out.push_back(Say(language, {"Until {0}.", "Bis {0}."},
                      {Date(language, LastDayBefore(end, context.zone))}));
  }
  return out;
}

std::string NowText(int64_t purchase_minor_units, int64_t points, const v1::WalletType& type,
                    const WayContext& context) {
  return Say(context.language,
             {"A purchase of {0} would earn {1} now.", "Ein Einkauf für {0} bringt jetzt {1}."},
             {MoneyText(context.language, purchase_minor_units, context.currency_code),
              Points(context.language, points, type)});
}

std::string LeftText(int64_t points, v1::EarningLimit::Period period, const v1::WalletType& type,
                     const WayContext& context) {
  const std::string amount = Points(context.language, points, type);
  switch (period) {
    case v1::EarningLimit::PERIOD_DAY:
      return Say(context.language, {"{0} left today.", "Heute noch {0}."}, {amount});
    case v1::EarningLimit::PERIOD_WEEK:
      return Say(context.language, {"{0} left this week.", "Diese Woche noch {0}."}, {amount});
    case v1::EarningLimit::PERIOD_MONTH:
      return Say(context.language, {"{0} left this month.", "Diesen Monat noch {0}."}, {amount});
    case v1::EarningLimit::PERIOD_YEAR:
      return Say(context.language, {"{0} left this year.", "Dieses Jahr noch {0}."}, {amount});
    default:
      return Say(context.language, {"{0} left.", "Noch {0}."}, {amount});
  }
}

v1::TierWay TierWayOf(const v1::MemberTier& tier, const v1::WalletType& counted,
                      const WayContext& context) {
  const Language language = context.language;
  const auto amount = [&](int64_t value) {
    switch (tier.metric()) {
      case v1::TIER_METRIC_SPEND:
        return MoneyText(language, value, context.currency_code);
      case v1::TIER_METRIC_ORDERS:
        return Count(language, value, kOrders);
      case v1::TIER_METRIC_VISITS:
        return Count(language, value, kVisits);
      default:
        return Points(language, value, counted);
    }
  };
  v1::TierWay out;
  out.set_tier_set(tier.tier_set());
  out.set_tier(tier.tier());
  out.set_text(Say(language, {"You are {0}.", "Ihr Status ist {0}."}, {tier.tier_name()}));
  if (!tier.next_tier().empty()) {
    out.add_terms(Say(language, {"{0} to {1}.", "Noch {0} bis {1}."},
                      {amount(tier.next_tier_distance()), tier.next_tier_name()}));
  }
  if (tier.needed_to_stay() > 0 && tier.has_stay_time()) {
    const absl::Time end = base::FromTimestamp(tier.stay_time());
    out.add_terms(Say(language,
                      {"{0} until {1} to stay {2}.", "Noch {0} bis zum {1}, um {2} zu bleiben."},
                      {amount(tier.needed_to_stay()),
                       Date(language, LastDayBefore(end, context.zone)), tier.tier_name()}));
  }
  if (tier.has_warning()) {
    const absl::Time time = base::FromTimestamp(tier.warning().time());
    out.add_terms(Say(
        language,
        {"From {0} on, unless something changes: {1}.", "Ab {0}, wenn sich nichts ändert: {1}."},
        {Date(language, absl::ToCivilDay(time, context.zone)),
         context.TierName(tier.tier_set(), tier.warning().tier())}));
  }
  const int64_t factor = tier.benefits().points_multiplier_bps();
  if (factor != 0 && factor != kOneBps) out.add_terms(FactorText(factor, language) + ".");
  for (const std::string& perk : tier.benefits().perks()) out.add_terms(perk);
  return out;
}

v1::UsingWay UsingWayOf(const v1::Balance& balance, const WayContext& context) {
  const Language language = context.language;
  const v1::WalletType type = context.WalletTypeOf(balance.wallet_type());
  v1::UsingWay out;
  out.set_wallet_type(balance.wallet_type());
  out.set_points(balance.active());
  const std::string points = Points(language, balance.active(), type);
  out.set_text(
      balance.household_id().empty()
          ? Say(language, {"You have {0}.", "Guthaben: {0}."}, {points})
          : Say(language, {"Your household has {0}.", "Guthaben des Haushalts: {0}."}, {points}));
  if (balance.pending() > 0) {
    out.add_terms(Say(language, {"Not yet usable: {0}.", "Noch nicht nutzbar: {0}."},
                      {Points(language, balance.pending(), type)}));
  }
  if (balance.reserved() > 0) {
    out.add_terms(Say(language, {"Held: {0}.", "Reserviert: {0}."},
                      {Points(language, balance.reserved(), type)}));
  }
  if (type.transfers() == v1::TRANSFER_POLICY_KEEP_EXPIRY ||
      type.transfers() == v1::TRANSFER_POLICY_RESTART_EXPIRY) {
    out.add_terms(Say(language,
                      {"You may give {0} to other members.",
                       "{0} können an andere Mitglieder verschenkt werden."},
                      {PointsName(language, type)}));
  }
  return out;
}

}  // namespace laurel::members
