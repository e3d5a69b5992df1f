// What people would write instead: a synchronous gRPC server, a pool of connections, one prepared
// function call and so one transaction per rpc. It writes the rows that pgbench writes, answers
// known request ids from them, and checks and logs nothing.
#pragma once

#include "absl/status/status.h"

namespace laurel::bench {

// Serves EarnPoints and SpendPoints with mutual TLS until SIGTERM. From the environment:
// LAUREL_BENCH_DSN, _CONNECTIONS, _READY_FILE, and members-svc's own certificates.
absl::Status RunOnceServer();

}  // namespace laurel::bench
