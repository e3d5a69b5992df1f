// Making and reading errors. An error is an absl::Status with a google.rpc.ErrorInfo payload: a
// stable reason (UPPER_SNAKE, listed in docs/errors.md), a domain and metadata. INTERNAL errors
// show the outside an opaque text; what happened is in the log.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace laurel::status {

using Metadata = std::vector<std::pair<std::string, std::string>>;

// The only way to make an error that leaves a handler.
absl::Status Error(absl::StatusCode code, std::string_view reason, std::string_view message,
                   const Metadata& metadata = {});

// NOT_FOUND and FAILED_PRECONDITION, the two that handlers and domain make most.
absl::Status NotFound(std::string_view reason, std::string_view message);
absl::Status Refused(std::string_view reason, std::string_view message,
                     const Metadata& metadata = {});

// One wrong field: its path (`lines[2].amount`), the reason for people.
struct Violation {
  std::string field;
  std::string description;
};
// INVALID_ARGUMENT, INVALID_REQUEST with all violations (google.rpc.BadRequest).
absl::Status InvalidRequest(const std::vector<Violation>& violations);
// The same with a reason of its own (CAMPAIGN_INVALID, …).
absl::Status Invalid(std::string_view reason, const std::vector<Violation>& violations);

// Adds google.rpc.RetryInfo: waiting that long helps.
absl::Status WithRetryAfter(absl::Status status, absl::Duration after);

// The reason of an error; empty if it has none.
std::string ReasonOf(const absl::Status& status);
// The seconds of its RetryInfo, rounded up; 0 if it has none.
int RetryAfterSeconds(const absl::Status& status);

}  // namespace laurel::status

// For functions that return absl::Status or absl::StatusOr.
#define LAUREL_STATUS_CONCAT_(a, b) a##b
#define LAUREL_STATUS_NAME_(line) LAUREL_STATUS_CONCAT_(laurel_status_or_, line)
#define LAUREL_RETURN_IF_ERROR(expr)                                               \
  do {                                                                             \
    absl::Status LAUREL_STATUS_NAME_(__LINE__) = (expr);                           \
    if (!LAUREL_STATUS_NAME_(__LINE__).ok()) return LAUREL_STATUS_NAME_(__LINE__); \
  } while (false)

// LAUREL_ASSIGN_OR_RETURN(auto x, F()): the value, or the error returned.
#define LAUREL_ASSIGN_OR_RETURN(lhs, expr)                                                \
  auto LAUREL_STATUS_NAME_(__LINE__) = (expr);                                            \
  if (!LAUREL_STATUS_NAME_(__LINE__).ok()) return LAUREL_STATUS_NAME_(__LINE__).status(); \
  lhs = *std::move(LAUREL_STATUS_NAME_(__LINE__))
