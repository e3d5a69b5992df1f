#include <utility>

#include "lib/page/page.h"
#include "lib/status/error.h"
#include "members-svc/handlers/activity_handlers.h"
#include "members-svc/handlers/common.h"
#include "members-svc/store/consent_store.h"
#include "members-svc/store/wallet_reads.h"

namespace laurel::members::handlers {

absl::Status ListConsents(const Deps& deps, const server::Call& call,
                          const v1::ListConsentsRequest& request,
                          v1::ListConsentsResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const base::Uuid member = base::DecodeId("mem", request.member_id()).value_or(base::Uuid{});
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    response->Clear();
    LAUREL_RETURN_IF_ERROR(CheckMember(tx, program, member));
    LAUREL_ASSIGN_OR_RETURN(auto consents, ListConsentRows(tx, member, page::kMaxSize));
    for (v1::Consent& consent : consents) *response->add_consents() = std::move(consent);
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
