// What a handler is told about the call it serves, and how it answers.
#pragma once

#include <grpcpp/server_context.h>

#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "lib/auth/caller.h"
#include "lib/trace/trace.h"

namespace laurel::server {

// From Scope: `deadline` (when the caller stops waiting, by the system's clock; a caller that named
// none gets kDefaultDeadline) and `trace`. Pass the Call itself to client::NewContext.
struct Call : trace::Scope {
  // Verified; its programme, role and ownership have been checked against the method's rules.
  auth::Caller caller;
  // The name in the peer's certificate.
  std::string peer;
  // "RecordOrder".
  const char* method = "";
  // Null in tests that call a handler directly.
  const grpc::ServerContextBase* context = nullptr;

  // The caller has left or the server is shutting down. To be asked between steps of long work.
  bool Cancelled() const { return context != nullptr && context->IsCancelled(); }
};

// Answers an asynchronous call, once, from any thread. Dropped without being called, it answers
// INTERNAL. Call, request and response are gone once it returns.
using Done = absl::AnyInvocable<void(absl::Status)>;

inline constexpr absl::Duration kDefaultDeadline = absl::Seconds(30);

}  // namespace laurel::server
