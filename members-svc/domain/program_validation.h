// What a programme and a wallet type must be beyond the field rules.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "laurel/members/v1/program.pb.h"
#include "lib/status/error.h"

namespace laurel::members {

inline constexpr int kMaxWalletTypes = 32;
inline constexpr int kDefaultBackdatingDays = 30;

// Writes out what an unset field stands for, and clears what is the server's.
void Normalise(v1::CreateProgramRequest* request);
void Normalise(v1::Program* program);
void Normalise(v1::WalletType* type);

// INVALID_ARGUMENT, PROGRAM_INVALID: an unknown currency or time zone, a code or a kind of matching
// that stands twice, a wallet type that is not valid. The request has been normalised. `today` is
// when it is saved: fixed dates of expiry that are all past by the time that points become active
// are refused.
absl::Status ValidateProgram(const v1::CreateProgramRequest& request, absl::CivilDay today);
// The same of a programme whose settings have changed.
absl::Status ValidateSettings(const v1::Program& program);
// INVALID_ARGUMENT, WALLET_TYPE_INVALID.
absl::Status ValidateWalletType(const v1::WalletType& type, absl::CivilDay today);

// The one wallet type of a programme that names none: `points`, never expires.
v1::WalletType DefaultWalletType();

}  // namespace laurel::members
