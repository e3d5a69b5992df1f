#include <limits>

#include "absl/strings/str_cat.h"
#include "lib/page/page.h"
#include "lib/status/error.h"
#include "rewards-svc/handlers/convert.h"
#include "rewards-svc/handlers/handlers.h"
#include "rewards-svc/store/redemptions.h"

namespace laurel::rewards::handlers {
namespace {

constexpr base::Uuid kAboveAll{std::numeric_limits<uint64_t>::max(),
                               std::numeric_limits<uint64_t>::max()};

}  // namespace

absl::Status ListRedemptions(const Deps& deps, const server::Call& call,
                             const v1::ListRedemptionsRequest& request,
                             v1::ListRedemptionsResponse* response) {
  const std::string filter =
      absl::StrCat("ListRedemptions ", request.program_id(), " ", request.member_id());
  LAUREL_ASSIGN_OR_RETURN(const std::string position, page::Position(request.page_token(), filter));
  const base::Uuid before = base::ParseUuid(position).value_or(kAboveAll);
  const int64_t size = page::Size(request.page_size());
  const MemberName member{IdIn("prg", request.program_id()), IdIn("mem", request.member_id())};
  // One more than asked for, to know whether there is another page.
  LAUREL_ASSIGN_OR_RETURN(
      auto redemptions,
      db::ReadFor<std::vector<Redemption>>(deps.pool, call.deadline, [&](db::Tx& tx) {
        return rewards::ListRedemptions(tx, member, before, size + 1);
      }));
  if (static_cast<int64_t>(redemptions.size()) > size) {
    redemptions.pop_back();
    response->set_next_page_token(
        page::Token(base::ToString(redemptions.back().redemption_id), filter));
  }
  for (const Redemption& redemption : redemptions) {
    *response->add_redemptions() = ToProto(redemption);
  }
  return absl::OkStatus();
}

}  // namespace laurel::rewards::handlers
