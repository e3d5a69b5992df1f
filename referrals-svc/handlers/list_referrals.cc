#include "lib/page/page.h"
#include "lib/status/error.h"
#include "referrals-svc/handlers/handlers.h"
#include "referrals-svc/store/referrals.h"

namespace laurel::referrals::handlers {
namespace {

constexpr base::Uuid kGreatest{~uint64_t{0}, ~uint64_t{0}};

}  // namespace

absl::Status ListReferrals(const Deps& deps, const server::Call& call,
                           const v1::ListReferralsRequest& request,
                           v1::ListReferralsResponse* response) {
  const std::string filter = "ListReferrals " + request.program_id() + " " + request.member_id();
  LAUREL_ASSIGN_OR_RETURN(const std::string position, page::Position(request.page_token(), filter));
  const int64_t size = page::Size(request.page_size());
  const store::ReferralsOf wanted{.program_id = *base::DecodeId("prg", request.program_id()),
                                  .referrer_id = *base::DecodeId("mem", request.member_id()),
                                  .before = base::DecodeId("ref", position).value_or(kGreatest),
                                  .limit = size + 1};
  LAUREL_ASSIGN_OR_RETURN(const auto referrals, db::ReadFor<std::vector<v1::Referral>>(
                                                    deps.pool, call.deadline, [&](db::Tx& tx) {
                                                      return store::ListReferrals(tx, wanted);
                                                    }));
  for (const v1::Referral& referral : referrals) {
    if (response->referrals_size() == size) {
      response->set_next_page_token(
          page::Token(response->referrals(static_cast<int>(size) - 1).referral_id(), filter));
      break;
    }
    *response->add_referrals() = referral;
  }
  return absl::OkStatus();
}

}  // namespace laurel::referrals::handlers
