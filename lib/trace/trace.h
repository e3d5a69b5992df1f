// W3C trace context (traceparent, version 00): read, written, continued. A malformed one is as good
// as none. Random ids come from an IdSource that the caller hands in, or from the system.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "lib/base/uuid.h"

namespace laurel::trace {

struct Context {
  uint64_t trace_high = 0;
  uint64_t trace_low = 0;
  uint64_t span = 0;
  bool sampled = false;

  // All zero: no trace.
  bool IsZero() const { return trace_high == 0 && trace_low == 0; }
  // 32 digits of lower-case hex: the `trace_id` of logs and errors.
  std::string TraceId() const;
  // "00-<32 hex>-<16 hex>-01".
  std::string Traceparent() const;
  friend bool operator==(const Context&, const Context&) = default;
};

// Empty unless `traceparent` is well formed and its ids are not zero. A later version's first four
// parts are read, as the standard asks.
std::optional<Context> Parse(std::string_view traceparent);

// A new trace, sampled.
Context New(base::IdSource& ids);
Context New();
// The same trace, a new span.
Context ChildOf(const Context& parent, base::IdSource& ids);
Context ChildOf(const Context& parent);

// What a call hands on to the calls it makes: when its caller stops waiting (by the system's
// clock, not by a manual one), and its trace.
struct Scope {
  absl::Time deadline = absl::InfiniteFuture();
  Context trace;
};

}  // namespace laurel::trace
