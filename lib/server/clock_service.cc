#include "lib/server/clock_service.h"

#include "laurel/testing/v1/clock.grpc.pb.h"
#include "lib/base/timestamps.h"
#include "lib/server/rpc.h"
#include "lib/status/error.h"

namespace laurel::server {

namespace pb = laurel::testing::v1;

namespace {

struct Deps {
  base::ManualClock& clock;
};

void SetTime(const Deps& deps, const Call&, const pb::SetTimeRequest& request, pb::SetTimeResponse*,
             Done done) {
  if (deps.clock.Set(base::FromTimestamp(request.time()))) return done(absl::OkStatus());
  done(status::Refused("CLOCK_BACKWARDS", "The clock is already later than that."));
}

class ClockService final : public pb::ClockService::CallbackService {
 public:
  ClockService(Runtime& runtime, base::ManualClock& clock)
      : rpc_(runtime, pb::ClockService::service_full_name()), deps_{clock} {}

  grpc::ServerUnaryReactor* SetTime(grpc::CallbackServerContext* context,
                                    const pb::SetTimeRequest* request,
                                    pb::SetTimeResponse* response) override {
    return rpc_.Run("SetTime", context, request, response, server::SetTime, deps_);
  }

 private:
  Rpc rpc_;
  const Deps deps_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewClockService(Runtime& runtime, base::ManualClock& clock) {
  return std::make_unique<ClockService>(runtime, clock);
}

}  // namespace laurel::server
