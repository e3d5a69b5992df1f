#include "members-svc/domain/program_validation.h"

#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "lib/base/strings.h"
#include "lib/money/currency.h"
#include "members-svc/domain/caps.h"
#include "members-svc/domain/lot_policy.h"
#include "members-svc/domain/order_matching.h"
#include "members-svc/domain/program_rules.h"
#include "members-svc/domain/words.h"

namespace laurel::members {
namespace {

// Names of the zone database only: no paths, no names that mean another zone on another machine.
bool IsTimeZone(const std::string& name) {
  if (name.empty() || name.front() == '/' || name == "localtime") return false;
  for (const char c : name) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '/' && c != '_' && c != '-' &&
        c != '+') {
      return false;
    }
  }
  absl::TimeZone zone;
  return absl::LoadTimeZone(name, &zone);
}

void CheckCaps(const v1::WalletType& type, const std::string& path,
               std::vector<status::Violation>* out) {
  if (!v1::CapEffect_IsValid(type.max_balance_effect())) {
    out->push_back({path + "maxBalanceEffect", "is not known"});
  }
  if (type.max_balance() == 0 && type.max_balance_effect() != v1::CAP_EFFECT_UNSPECIFIED) {
    out->push_back({path + "maxBalanceEffect", "has a meaning only with a greatest balance"});
  }
  std::set<std::pair<bool, int>> periods;
  for (int i = 0; i < type.earning_caps_size(); ++i) {
    const v1::EarningCap& cap = type.earning_caps(i);
    const std::string at = absl::StrCat(path, "earningCaps[", i, "].");
    if (!v1::EarningLimit::Period_IsValid(cap.period())) {
      out->push_back({at + "period", "is not known"});
    }
    if (!v1::CapEffect_IsValid(cap.effect())) out->push_back({at + "effect", "is not known"});
    if (!v1::CapScope_IsValid(cap.scope())) out->push_back({at + "scope", "is not known"});
    if (!periods.insert({IsForAllMembers(cap), cap.period()}).second) {
      out->push_back({at + "period", "stands twice in this scope"});
    }
  }
}

void CheckWalletType(const v1::WalletType& type, const PolicyPlace& place,
                     std::vector<status::Violation>* out) {
  const std::string& path = place.path;
  CheckExpiry(type.expiry(), {path + "expiry.", place.first_day + type.pending_days()}, out);
  CheckCaps(type, path, out);
  if (!v1::TransferPolicy_IsValid(type.transfers())) {
    out->push_back({path + "transfers", "is not known"});
  }
  if (!v1::ClawBackPolicy_IsValid(type.claw_back())) {
    out->push_back({path + "clawBack", "is not known"});
  }
  if (!v1::LeavePolicy_IsValid(type.pool().on_leave())) {
    out->push_back({path + "pool.onLeave", "is not known"});
  }
  if (type.pending_days() != 0 && type.pending_event_days() != 0) {
    out->push_back({path + "pendingEventDays", "cannot stand together with pendingDays"});
  }
  if (!v1::BelowZeroPolicy_IsValid(type.below_zero())) {
    out->push_back({path + "belowZero", "is not known"});
  }
  if (type.below_zero() != v1::BELOW_ZERO_POLICY_OVERDRAFT && type.overdraft_limit() != 0) {
    out->push_back({path + "overdraftLimit", "has a meaning only with an overdraft"});
  }
}

void CheckLanguages(const v1::Program& program, std::vector<status::Violation>* out) {
  std::set<std::string> codes;
  for (int i = 0; i < program.languages_size(); ++i) {
    const std::string path = absl::StrCat("program.languages[", i, "]");
    if (!words::LanguageOf(program.languages(i)))
      out->push_back({path, "is no language with texts"});
    if (!codes.insert(program.languages(i)).second) out->push_back({path, "stands twice"});
  }
}

void CheckProgram(const v1::Program& program, std::vector<status::Violation>* out) {
  if (program.display_name().empty()) out->push_back({"program.displayName", "is needed"});
  if (!money::CurrencyExponent(program.currency_code())) {
    out->push_back({"program.currencyCode", "is no currency of ISO 4217"});
  }
  if (!IsTimeZone(program.time_zone())) {
    out->push_back({"program.timeZone", "is no time zone of the IANA database"});
  }
  if (!v1::ReturnMode_IsValid(program.return_mode())) {
    out->push_back({"program.returnMode", "is not known"});
  }
  CheckOrderMatching(program, out);
  CheckLanguages(program, out);
}

}  // namespace

void Normalise(v1::WalletType* type) {
  type->clear_create_time();
  if (type->expiry().form() == v1::ExpiryPolicy::FORM_UNSPECIFIED) {
    type->mutable_expiry()->set_form(v1::ExpiryPolicy::FORM_NEVER);
  }
  if (type->below_zero() == v1::BELOW_ZERO_POLICY_UNSPECIFIED) {
    type->set_below_zero(v1::BELOW_ZERO_POLICY_REFUSE);
  }
}

void Normalise(v1::Program* program) {
  program->clear_create_time();
  program->clear_etag();
  if (program->max_backdating_days() == 0) {
    program->set_max_backdating_days(kDefaultBackdatingDays);
  }
}

void Normalise(v1::CreateProgramRequest* request) {
  Normalise(request->mutable_program());
  if (request->wallet_types().empty()) *request->add_wallet_types() = DefaultWalletType();
  for (v1::WalletType& type : *request->mutable_wallet_types()) Normalise(&type);
}

absl::Status ValidateWalletType(const v1::WalletType& type, absl::CivilDay today) {
  std::vector<status::Violation> violations;
  CheckWalletType(type, {"walletType.", today}, &violations);
  if (violations.empty()) return absl::OkStatus();
  return status::Invalid("WALLET_TYPE_INVALID", violations);
}

absl::Status ValidateSettings(const v1::Program& program) {
  std::vector<status::Violation> violations;
  CheckProgram(program, &violations);
  if (violations.empty()) return absl::OkStatus();
  return status::Invalid("PROGRAM_INVALID", violations);
}

absl::Status ValidateProgram(const v1::CreateProgramRequest& request, absl::CivilDay today) {
  std::vector<status::Violation> violations;
  CheckProgram(request.program(), &violations);
  std::set<std::string> codes;
  for (int i = 0; i < request.wallet_types_size(); ++i) {
    const std::string path = absl::StrCat("walletTypes[", i, "].");
    CheckWalletType(request.wallet_types(i), {path, today}, &violations);
    if (!codes.insert(request.wallet_types(i).code()).second) {
      violations.push_back({path + "code", "stands twice"});
    }
  }
  if (violations.empty()) return absl::OkStatus();
  return status::Invalid("PROGRAM_INVALID", violations);
}

v1::WalletType DefaultWalletType() {
  v1::WalletType type;
  type.set_code(std::string(kDefaultWalletType));
  type.set_singular("point");
  type.set_plural("points");
  Normalise(&type);
  return type;
}

}  // namespace laurel::members
