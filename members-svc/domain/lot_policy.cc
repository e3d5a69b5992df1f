#include "members-svc/domain/lot_policy.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "members-svc/domain/calendar.h"

namespace laurel::members {
namespace {

using Policy = v1::ExpiryPolicy;
using Violations = std::vector<status::Violation>;

void CheckFixedDates(const Policy& expiry, const PolicyPlace& place, Violations* out) {
  const bool has_dates = expiry.form() == Policy::FORM_FIXED_DATES;
  if (has_dates == expiry.fixed_dates().empty()) {
    out->push_back(
        {place.path + "fixedDates", has_dates ? "must not be empty" : "have no meaning here"});
  }
  bool comes = !has_dates || expiry.fixed_dates().empty();
  for (int i = 0; i < expiry.fixed_dates_size(); ++i) {
    const std::string& date = expiry.fixed_dates(i);
    if (!FixedDate(date, absl::CivilDay(1970, 1, 1))) {
      out->push_back(
          {absl::StrCat(place.path, "fixedDates[", i, "]"), "is no MM-DD or YYYY-MM-DD"});
      comes = true;
    } else if (FixedDate(date, AddMonths(place.first_day, expiry.count()))) {
      comes = true;
    }
  }
  if (!comes) {
    out->push_back({place.path + "fixedDates", "all lie before such points become active"});
  }
}

void CheckSliding(const Policy& expiry, const PolicyPlace& place, Violations* out) {
  if (expiry.sliding_on().empty()) return;
  const bool has_period = expiry.form() != Policy::FORM_NEVER &&
                          expiry.form() != Policy::FORM_UNSPECIFIED &&
                          expiry.form() != Policy::FORM_FIXED_DATES;
  if (!has_period) {
    out->push_back({place.path + "slidingOn", "has a meaning only with a period that can slide"});
  }
  std::set<int> seen;
  for (int i = 0; i < expiry.sliding_on_size(); ++i) {
    const int activity = expiry.sliding_on(i);
    const std::string at = absl::StrCat(place.path, "slidingOn[", i, "]");
    if (!Policy::Activity_IsValid(activity) || activity == Policy::ACTIVITY_UNSPECIFIED) {
      out->push_back({at, "is not known"});
    } else if (!seen.insert(activity).second) {
      out->push_back({at, "stands twice"});
    }
  }
}

}  // namespace

LotRules RulesOf(const v1::WalletType& type,
                 std::initializer_list<const v1::LotPolicy*> overrides) {
  LotRules rules{.expiry = &type.expiry(),
                 .pending_days = type.pending_days(),
                 .pending_event_days = type.pending_event_days()};
  bool has_expiry = false;
  bool has_pending = false;
  for (const v1::LotPolicy* policy : overrides) {
    if (policy == nullptr) continue;
    if (policy->has_expiry() && !has_expiry) {
      rules.expiry = &policy->expiry();
      rules.keeps_date = !type.expiry().sliding_on().empty();
      has_expiry = true;
    }
    if (policy->has_pending() && !has_pending) {
      rules.pending_days = policy->pending().days();
      rules.pending_event_days = policy->pending().event_days();
      has_pending = true;
    }
  }
  return rules;
}

bool SlidesOn(const v1::WalletType& type, Policy::Activity activity) {
  const auto& on = type.expiry().sliding_on();
  return std::find(on.begin(), on.end(), activity) != on.end();
}

int64_t ExpiryFrom(const LotRules& rules, int64_t start_us, absl::TimeZone zone) {
  const auto expire = ExpiryTime(*rules.expiry, absl::FromUnixMicros(start_us), zone);
  if (!expire) return kNeverUs;
  const int64_t expire_us = absl::ToUnixMicros(*expire);
  return rules.keeps_date ? KeepingDate(expire_us) : expire_us;
}

Credit CreditOf(const LotRules& rules, int64_t points, int64_t occur_us, absl::TimeZone zone) {
  const absl::Time occur = absl::FromUnixMicros(occur_us);
  if (rules.pending_event_days > 0) {
    const absl::Time deadline = EventDeadline(rules.pending_event_days, occur, zone);
    return {.amount = points, .occur_us = occur_us, .activate_us = -absl::ToUnixMicros(deadline)};
  }
  const auto active = ActivationTime(rules.pending_days, occur, zone);
  const int64_t active_us = active ? absl::ToUnixMicros(*active) : 0;
  return {.amount = points,
          .occur_us = occur_us,
          .activate_us = active_us,
          .expire_us = ExpiryFrom(rules, active ? active_us : occur_us, zone)};
}

void CheckExpiry(const Policy& expiry, const PolicyPlace& place, Violations* out) {
  if (!Policy::Form_IsValid(expiry.form())) out->push_back({place.path + "form", "is not known"});
  const bool has_period = expiry.form() == Policy::FORM_DAYS ||
                          expiry.form() == Policy::FORM_MONTHS ||
                          expiry.form() == Policy::FORM_YEARS;
  if (has_period && expiry.count() < 1) {
    out->push_back({place.path + "count", "must be at least 1"});
  }
  if (expiry.form() == Policy::FORM_YEARS && expiry.count() > 100) {
    out->push_back({place.path + "count", "must be at most 100 years"});
  }
  if (expiry.form() == Policy::FORM_NEVER && expiry.count() != 0) {
    out->push_back({place.path + "count", "has no meaning for points that never expire"});
  }
  CheckFixedDates(expiry, place, out);
  CheckSliding(expiry, place, out);
}

void CheckPending(const v1::PendingPolicy& pending, const PolicyPlace& place, Violations* out) {
  if (pending.days() != 0 && pending.event_days() != 0) {
    out->push_back({place.path + "eventDays", "cannot stand together with days"});
  }
}

}  // namespace laurel::members
