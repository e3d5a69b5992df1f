// laurel.testing.v1.ClockService: sets the program's clock. Only Server makes one, and only for a
// manual clock.
#pragma once

#include <grpcpp/impl/service_type.h>

#include <memory>

#include "lib/base/clock.h"
#include "lib/server/runtime.h"

namespace laurel::server {

// The clock must outlive the service. A time before the clock's is FAILED_PRECONDITION,
// CLOCK_BACKWARDS.
std::unique_ptr<grpc::Service> NewClockService(Runtime& runtime, base::ManualClock& clock);

}  // namespace laurel::server
