#include "lib/trace/trace.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace laurel::trace {
namespace {

constexpr size_t kLength = 55;  // 00-32-16-02 with its dashes

// Lower-case hex only, as the standard demands; empty: anything else.
std::optional<uint64_t> Hex(std::string_view digits) {
  uint64_t value = 0;
  for (const char c : digits) {
    if (c >= '0' && c <= '9') {
      value = value << 4 | static_cast<uint64_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      value = value << 4 | static_cast<uint64_t>(c - 'a' + 10);
    } else {
      return std::nullopt;
    }
  }
  return value;
}

uint64_t Random(base::IdSource& ids) {
  uint64_t value = 0;
  // Zero is no id.
  while (value == 0) value = ids.Random64();
  return value;
}

base::IdSource& OwnIds() {
  static auto* const ids = new base::IdSource;
  return *ids;
}

}  // namespace

std::string Context::TraceId() const {
  return absl::StrFormat("%016x%016x", trace_high, trace_low);
}

std::string Context::Traceparent() const {
  return absl::StrFormat("00-%016x%016x-%016x-%02x", trace_high, trace_low, span, sampled ? 1 : 0);
}

std::optional<Context> Parse(std::string_view traceparent) {
  if (traceparent.size() < kLength || traceparent[2] != '-' || traceparent[35] != '-' ||
      traceparent[52] != '-') {
    return std::nullopt;
  }
  const auto version = Hex(traceparent.substr(0, 2));
  const auto high = Hex(traceparent.substr(3, 16));
  const auto low = Hex(traceparent.substr(19, 16));
  const auto span = Hex(traceparent.substr(36, 16));
  const auto flags = Hex(traceparent.substr(53, 2));
  if (!version || !high || !low || !span || !flags || *version == 0xFF) return std::nullopt;
  if (*version == 0 && traceparent.size() != kLength) return std::nullopt;
  if (traceparent.size() > kLength && traceparent[kLength] != '-') return std::nullopt;
  const Context context{
      .trace_high = *high, .trace_low = *low, .span = *span, .sampled = (*flags & 1) != 0};
  if (context.IsZero() || context.span == 0) return std::nullopt;
  return context;
}

Context New(base::IdSource& ids) {
  return {
      .trace_high = Random(ids), .trace_low = Random(ids), .span = Random(ids), .sampled = true};
}

Context New() { return New(OwnIds()); }

Context ChildOf(const Context& parent, base::IdSource& ids) {
  Context child = parent;
  child.span = Random(ids);
  return child;
}

Context ChildOf(const Context& parent) { return ChildOf(parent, OwnIds()); }

}  // namespace laurel::trace
