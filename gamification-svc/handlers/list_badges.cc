#include "absl/strings/numbers.h"
#include "gamification-svc/handlers/handlers.h"
#include "gamification-svc/store/progress.h"
#include "lib/base/timestamps.h"
#include "lib/page/page.h"
#include "lib/status/error.h"

namespace laurel::gamification::handlers {
namespace {

// "<award time in microseconds> <chl_…>" of the last badge of a page.
std::string PositionOf(const v1::Badge& badge) {
  return std::to_string(absl::ToUnixMicros(base::FromTimestamp(badge.award_time()))) + " " +
         badge.challenge_id();
}

void ReadPosition(const std::string& position, store::MemberPage& page) {
  const size_t blank = position.find(' ');
  if (blank == std::string::npos) return;
  int64_t micros = 0;
  if (absl::SimpleAtoi(position.substr(0, blank), &micros))
    page.after_time = absl::FromUnixMicros(micros);
  page.after_id = base::DecodeId("chl", position.substr(blank + 1)).value_or(base::Uuid{});
}

}  // namespace

absl::Status ListBadges(const Deps& deps, const server::Call& call,
                        const v1::ListBadgesRequest& request, v1::ListBadgesResponse* response) {
  const std::string filter = "ListBadges " + request.program_id() + " " + request.member_id();
  LAUREL_ASSIGN_OR_RETURN(const std::string position, page::Position(request.page_token(), filter));
  const int64_t size = page::Size(request.page_size());
  store::MemberPage page;
  page.program_id = *base::DecodeId("prg", request.program_id());
  page.member_id = *base::DecodeId("mem", request.member_id());
  page.limit = size + 1;
  ReadPosition(position, page);
  LAUREL_ASSIGN_OR_RETURN(const auto badges, db::ReadFor<std::vector<v1::Badge>>(
                                                 deps.pool, call.deadline, [&](db::Tx& tx) {
                                                   return store::ListBadges(tx, page);
                                                 }));
  for (const v1::Badge& badge : badges) {
    if (response->badges_size() == size) {
      response->set_next_page_token(
          page::Token(PositionOf(response->badges(static_cast<int>(size) - 1)), filter));
      break;
    }
    *response->add_badges() = badge;
  }
  return absl::OkStatus();
}

}  // namespace laurel::gamification::handlers
