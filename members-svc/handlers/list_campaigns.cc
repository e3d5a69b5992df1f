#include "lib/page/page.h"
#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/store/campaign_store.h"

namespace laurel::members::handlers {

absl::Status ListCampaigns(const Deps& deps, const server::Call& call,
                           const v1::ListCampaignsRequest& request,
                           v1::ListCampaignsResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const std::string filter = "ListCampaigns " + request.program_id();
  LAUREL_ASSIGN_OR_RETURN(const std::string position, page::Position(request.page_token(), filter));
  const base::Uuid after = base::DecodeId("cmp", position).value_or(base::Uuid{});
  const int64_t size = page::Size(request.page_size());
  std::vector<CampaignRecord> campaigns;
  LAUREL_RETURN_IF_ERROR(deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    // One more than asked for says whether there is another page.
    LAUREL_ASSIGN_OR_RETURN(campaigns, ListCampaignRecords(tx, program, after, size + 1));
    return absl::OkStatus();
  }));
  const bool more = campaigns.size() > static_cast<size_t>(size);
  if (more) campaigns.pop_back();
  const absl::Time now = deps.clock.Now();
  for (const CampaignRecord& record : campaigns) *response->add_campaigns() = Shown(record, now);
  if (more) {
    response->set_next_page_token(
        page::Token(response->campaigns(static_cast<int>(size) - 1).campaign_id(), filter));
  }
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
