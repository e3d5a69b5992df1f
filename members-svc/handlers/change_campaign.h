// What the handlers that change a campaign share: read, decide (domain/campaign_life.h), check,
// store.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "lib/db/pool.h"
#include "lib/status/error.h"
#include "members-svc/deps.h"
#include "members-svc/domain/campaign_life.h"
#include "members-svc/domain/campaign_validation.h"
#include "members-svc/handlers/common.h"
#include "members-svc/store/program_store.h"

namespace laurel::members::handlers {

// Where a programme's campaigns are saved: INTERNAL when its time zone is not known.
absl::StatusOr<SavedAt> SavingIn(const ProgramRow& program, absl::Time now);

struct CampaignChange {
  const std::string& program_id;
  const std::string& campaign_id;
  std::string principal;
  absl::Time now;
};
// What the campaign is next; its newest version: nothing has changed.
using NextVersion = std::function<absl::StatusOr<v1::Campaign>(db::Tx&, const CampaignRecord&,
                                                               const ChangeMoment&)>;

// The campaign as it is shown after the change, stored as a new version if it is one; whatever
// changes more than the state has been validated. To be called inside the transaction that keeps
// the request id; changes of one programme stand in line. NOT_FOUND, CAMPAIGN_NOT_FOUND and
// PROGRAM_NOT_FOUND; the errors of `next` and of ValidateCampaign.
absl::StatusOr<v1::Campaign> ChangeCampaign(db::Tx& tx, const CampaignChange& change,
                                            const NextVersion& next);

// ChangeCampaign, once per request id: the whole of an rpc `method` whose request names a campaign
// and whose response is that campaign.
template <typename Request, typename Response>
absl::Status ChangeCampaignOnce(const Deps& deps, const server::Call& call, std::string_view method,
                                const Request& request, absl::Time now, const NextVersion& next,
                                Response* response) {
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(tx, ScopeOf(call, request.program_id(), method, request.request_id()),
                             request, now, response, [&]() -> absl::Status {
                               LAUREL_ASSIGN_OR_RETURN(
                                   *response->mutable_campaign(),
                                   ChangeCampaign(tx,
                                                  {.program_id = request.program_id(),
                                                   .campaign_id = request.campaign_id(),
                                                   .principal = call.caller.Principal(),
                                                   .now = now},
                                                  next));
                               return absl::OkStatus();
                             });
  });
}

}  // namespace laurel::members::handlers
