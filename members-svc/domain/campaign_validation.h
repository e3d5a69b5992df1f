// What a campaign must be to be saved, beyond the field rules.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "laurel/members/v1/campaign.pb.h"
#include "members-svc/domain/campaign_references.h"
#include "members-svc/domain/program_rules.h"

namespace laurel::members {

// Writes out what an unset field stands for, and clears what is the server's.
void Normalise(v1::Campaign* campaign);

struct SavedAt {
  absl::Time now;
  absl::TimeZone time_zone;  // the programme's
  // What there is to be named; null: that is not looked at, as where a draft is tried.
  const CampaignReferences* known = nullptr;
};

// INVALID_ARGUMENT, CAMPAIGN_INVALID with the path of everything that is wrong: no effect; an end
// that is not after its start; a wallet type that the programme lacks; a delivery charge beside a
// line filter; the tax taken out of, or added to, what a line was before its discounts; a rounding
// of full steps; bands that descend, overlap or earn nothing; limits that limit nothing, a budget
// that pays for nothing; an exclusive multiplier, which could never multiply anything; a group of
// what is exclusive or has to count every order, or gives no points; lots that would end before
// they begin, or that slide; points' limits, a budget or lots where there are no points; an effect,
// lines or conditions that only orders have, with another trigger; what it names and is not there
// (campaign_references.h); and what condition_validation.h names. The campaign has been normalised.
absl::Status ValidateCampaign(const v1::Campaign& campaign,
                              const std::vector<WalletTypeRules>& wallet_types, const SavedAt& at);

}  // namespace laurel::members
