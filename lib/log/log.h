// The log: one JSON object per line on stderr, written whole by one writer. Never a request's or
// response's content, never a name, an address or a key; ids only.
//
//   log::Info("relay caught up", {{"subscriber", name}, {"events", count}});
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace laurel::log {

// A string, an integer or a bool. Strings are not copied: a Value lives no longer than the
// expression that makes it.
class Value {
 public:
  Value(const char* text) : value_(std::string_view(text)) {}         // NOLINT
  Value(const std::string& text) : value_(std::string_view(text)) {}  // NOLINT
  Value(std::string_view text) : value_(text) {}                      // NOLINT
  Value(bool value) : value_(value) {}                                // NOLINT
  template <std::integral T>
  requires(!std::same_as<T, bool>) Value(T value)
      : value_(static_cast<int64_t>(value)) {}  // NOLINT

  const std::variant<std::string_view, int64_t, bool>& get() const { return value_; }

 private:
  std::variant<std::string_view, int64_t, bool> value_;
};

struct Field {
  std::string_view key;
  Value value;
};
using Fields = std::initializer_list<Field>;

// The field `program` of every line. To be called once, before other threads start.
void Init(std::string_view program);

// Fields ts (RFC 3339, UTC, microseconds), level, program, text, then those given; name the trace
// `trace_id`. Thread-safe.
void Info(std::string_view text, Fields fields = {});
void Warn(std::string_view text, Fields fields = {});
void Error(std::string_view text, Fields fields = {});

// Lines go there instead of stderr; an empty function restores stderr. For tests.
void SetSink(std::function<void(std::string_view line)> sink);

// `text` as a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
std::string JsonString(std::string_view text);

}  // namespace laurel::log
