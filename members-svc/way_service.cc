#include "members-svc/way_service.h"

#include "members-svc/handlers/way_handlers.h"

namespace laurel::members {

grpc::ServerUnaryReactor* WayService::ListWays(grpc::CallbackServerContext* context,
                                               const v1::ListWaysRequest* request,
                                               v1::ListWaysResponse* response) {
  return rpc_.Run("ListWays", context, request, response, handlers::ListWays, deps_);
}

}  // namespace laurel::members
