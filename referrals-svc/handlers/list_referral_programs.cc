#include "lib/page/page.h"
#include "lib/status/error.h"
#include "referrals-svc/handlers/handlers.h"
#include "referrals-svc/store/programs.h"

namespace laurel::referrals::handlers {

absl::Status ListReferralPrograms(const Deps& deps, const server::Call& call,
                                  const v1::ListReferralProgramsRequest& request,
                                  v1::ListReferralProgramsResponse* response) {
  const base::Uuid program_id = *base::DecodeId("prg", request.program_id());
  const std::string filter = "ListReferralPrograms " + request.program_id();
  LAUREL_ASSIGN_OR_RETURN(const std::string position, page::Position(request.page_token(), filter));
  const int64_t size = page::Size(request.page_size());
  LAUREL_ASSIGN_OR_RETURN(
      const auto programs,
      db::ReadFor<std::vector<v1::ReferralProgram>>(deps.pool, call.deadline, [&](db::Tx& tx) {
        return store::ListPrograms(
            tx, program_id, base::DecodeId("rfp", position).value_or(base::Uuid{}), size + 1);
      }));
  for (const v1::ReferralProgram& program : programs) {
    if (response->referral_programs_size() == size) {
      response->set_next_page_token(page::Token(
          response->referral_programs(static_cast<int>(size) - 1).referral_program_id(), filter));
      break;
    }
    *response->add_referral_programs() = program;
  }
  return absl::OkStatus();
}

}  // namespace laurel::referrals::handlers
