#include "lib/page/page.h"
#include "lib/status/error.h"
#include "members-svc/domain/activity.h"
#include "members-svc/handlers/activity_handlers.h"
#include "members-svc/handlers/common.h"
#include "members-svc/store/activity_store.h"

namespace laurel::members::handlers {

absl::Status ListPlaces(const Deps& deps, const server::Call& call,
                        const v1::ListPlacesRequest& request, v1::ListPlacesResponse* response) {
  constexpr std::string_view kFilter = "ListPlaces";
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  LAUREL_ASSIGN_OR_RETURN(const std::string after, page::Position(request.page_token(), kFilter));
  const int64_t size = page::Size(request.page_size());
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    response->Clear();
    LAUREL_ASSIGN_OR_RETURN(const auto places, ListPlaceRows(tx, program, after, size + 1));
    for (const v1::Place& place : places) {
      if (response->places_size() == size) {
        response->set_next_page_token(
            page::Token(response->places(response->places_size() - 1).code(), kFilter));
        break;
      }
      v1::Place& out = *response->add_places();
      out = place;
      out.set_qr_code(QrCodeOf(deps.index, request.program_id(), place));
    }
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
