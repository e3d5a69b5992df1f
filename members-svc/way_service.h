// The gRPC service WayService: transport only, one line per rpc.
#pragma once

#include "laurel/members/v1/way.grpc.pb.h"
#include "lib/server/rpc.h"
#include "members-svc/deps.h"

namespace laurel::members {

class WayService final : public v1::WayService::CallbackService {
 public:
  WayService(server::Runtime& runtime, const Deps& deps)
      : rpc_(runtime, v1::WayService::service_full_name()), deps_(deps) {}

  grpc::ServerUnaryReactor* ListWays(grpc::CallbackServerContext* context,
                                     const v1::ListWaysRequest* request,
                                     v1::ListWaysResponse* response) override;

 private:
  server::Rpc rpc_;
  const Deps& deps_;
};

}  // namespace laurel::members
