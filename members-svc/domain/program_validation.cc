#include "members-svc/domain/program_validation.h"

#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "lib/base/strings.h"
#include "lib/money/currency.h"
#include "members-svc/domain/program_rules.h"

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

void CheckWalletType(const v1::WalletType& type, const std::string& path,
                     std::vector<status::Violation>* out) {
  const v1::ExpiryPolicy& expiry = type.expiry();
  if (!v1::ExpiryPolicy::Form_IsValid(expiry.form())) {
    out->push_back({path + "expiry.form", "is not known"});
  }
  const bool has_period = expiry.form() == v1::ExpiryPolicy::FORM_DAYS ||
                          expiry.form() == v1::ExpiryPolicy::FORM_MONTHS;
  if (has_period && expiry.count() < 1) {
    out->push_back({path + "expiry.count", "must be at least 1"});
  }
  if (expiry.form() == v1::ExpiryPolicy::FORM_NEVER && expiry.count() != 0) {
    out->push_back({path + "expiry.count", "has no meaning for points that never expire"});
  }
  if (!v1::BelowZeroPolicy_IsValid(type.below_zero())) {
    out->push_back({path + "belowZero", "is not known"});
  }
  if (type.below_zero() != v1::BELOW_ZERO_POLICY_OVERDRAFT && type.overdraft_limit() != 0) {
    out->push_back({path + "overdraftLimit", "has a meaning only with an overdraft"});
  }
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

void Normalise(v1::CreateProgramRequest* request) {
  v1::Program* program = request->mutable_program();
  program->clear_create_time();
  if (program->max_backdating_days() == 0) {
    program->set_max_backdating_days(kDefaultBackdatingDays);
  }
  if (request->wallet_types().empty()) *request->add_wallet_types() = DefaultWalletType();
  for (v1::WalletType& type : *request->mutable_wallet_types()) Normalise(&type);
}

absl::Status ValidateWalletType(const v1::WalletType& type) {
  std::vector<status::Violation> violations;
  CheckWalletType(type, "walletType.", &violations);
  if (violations.empty()) return absl::OkStatus();
  return status::Invalid("WALLET_TYPE_INVALID", violations);
}

absl::Status ValidateProgram(const v1::CreateProgramRequest& request) {
  std::vector<status::Violation> violations;
  if (!money::CurrencyExponent(request.program().currency_code())) {
    violations.push_back({"program.currencyCode", "is no currency of ISO 4217"});
  }
  if (!IsTimeZone(request.program().time_zone())) {
    violations.push_back({"program.timeZone", "is no time zone of the IANA database"});
  }
  std::set<std::string> codes;
  for (int i = 0; i < request.wallet_types_size(); ++i) {
    const std::string path = absl::StrCat("walletTypes[", i, "].");
    CheckWalletType(request.wallet_types(i), path, &violations);
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
