#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "lib/page/page.h"
#include "lib/status/error.h"
#include "members-svc/handlers/campaign_life_handlers.h"
#include "members-svc/handlers/common.h"
#include "members-svc/store/campaign_store.h"

namespace laurel::members::handlers {

absl::Status ListCampaignVersions(const Deps& deps, const server::Call& call,
                                  const v1::ListCampaignVersionsRequest& request,
                                  v1::ListCampaignVersionsResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const auto campaign = base::DecodeId("cmp", request.campaign_id());
  if (!campaign) return CampaignNotFound();
  const std::string filter =
      absl::StrCat("ListCampaignVersions ", request.program_id(), " ", request.campaign_id());
  LAUREL_ASSIGN_OR_RETURN(const std::string position, page::Position(request.page_token(), filter));
  int32_t before = std::numeric_limits<int32_t>::max();
  if (!position.empty() && !absl::SimpleAtoi(position, &before)) {
    return absl::InternalError("a page token of versions has no version in it");
  }
  const int64_t size = page::Size(request.page_size());
  std::vector<CampaignVersionRow> rows;
  LAUREL_RETURN_IF_ERROR(deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_RETURN_IF_ERROR(GetCampaignRecord(tx, program, *campaign).status());
    LAUREL_ASSIGN_OR_RETURN(rows,
                            ListCampaignVersionRows(tx, program, *campaign, before, size + 1));
    return absl::OkStatus();
  }));
  const bool more = static_cast<int64_t>(rows.size()) > size;
  if (more) rows.pop_back();
  for (CampaignVersionRow& row : rows) {
    v1::CampaignVersion& version = *response->add_versions();
    *version.mutable_campaign() = AsStored(std::move(row.campaign));
    version.set_actor(std::move(row.principal));
  }
  if (more) {
    response->set_next_page_token(
        page::Token(absl::StrCat(response->versions().rbegin()->campaign().version()), filter));
  }
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
