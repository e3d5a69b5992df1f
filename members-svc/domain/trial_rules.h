// The rules under which campaigns are tried: a programme's, with drafts among its active campaigns
// or in their place. The benefits of tiers stay. Pure.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "laurel/members/v1/campaign.pb.h"
#include "lib/base/uuid.h"
#include "members-svc/domain/program_rules.h"

namespace laurel::members {

// What is tried, as a request names it; what it names by id has been read.
struct TriedCampaigns {
  std::vector<members::v1::Campaign> drafts;
  std::vector<members::v1::Campaign> saved;  // those of campaign_ids
  bool replace_active = false;
};

// The id of the n-th draft (from 1) that is no saved campaign: after that of every saved one, so
// that it runs after those of its priority, and the same in every trial.
base::Uuid DraftId(int number);
// Whether it is one that DraftId made.
bool IsDraftId(const base::Uuid& id);

struct TrialRules {
  std::shared_ptr<const ProgramRules> rules;
  absl::flat_hash_map<base::Uuid, int> drafts;  // number in `drafts`, from 1, by campaign id

  // The number of a campaign; 0: it is no draft.
  int DraftOf(const base::Uuid& campaign_id) const;
};
// A draft with a campaign_id takes the place of that campaign, whose version it bears: the caller
// has seen that it exists. INVALID_ARGUMENT, CAMPAIGN_INVALID with the path of what is wrong
// (`drafts[0].endTime`), also where one campaign is tried twice.
absl::StatusOr<TrialRules> MakeTrialRules(const ProgramRules& active, const TriedCampaigns& tried,
                                          absl::Time now);

// The same rules with just these campaigns, numbered so: as they were tried before.
struct NumberedCampaign {
  members::v1::Campaign campaign;
  int draft = 0;
};
// INTERNAL when a campaign names a wallet type that is not there.
absl::StatusOr<TrialRules> TrialRulesOf(const ProgramRules& active,
                                        std::vector<NumberedCampaign> campaigns);

}  // namespace laurel::members
