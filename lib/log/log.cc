#include "lib/log/log.h"

#include <unistd.h>

#include <cerrno>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "lib/base/clock.h"

namespace laurel::log {
namespace {

struct State {
  std::mutex mutex;
  std::string program = "laurel";
  std::function<void(std::string_view)> sink;
};

State& GetState() {
  static auto* const state = new State;
  return *state;
}

// Length of the well-formed UTF-8 sequence at the start of `text`; 0: there is none (RFC 3629).
size_t SequenceLength(std::string_view text) {
  const auto byte = [&](size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto follows = [&](size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return byte(i) >= low && byte(i) <= high;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const unsigned low = first == 0xE0 ? 0xA0 : 0x80;   // no overlong forms
    const unsigned high = first == 0xED ? 0x9F : 0xBF;  // no surrogates
    return follows(1, low, high) && follows(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const unsigned low = first == 0xF0 ? 0x90 : 0x80;
    const unsigned high = first == 0xF4 ? 0x8F : 0xBF;  // not above U+10FFFF
    return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

void AppendJsonString(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  while (!text.empty()) {
    const size_t length = SequenceLength(text);
    const char c = text.front();
    if (length == 0) {
      out += "\xEF\xBF\xBD";
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      out += "\\u00";
      out += kHex[(c >> 4) & 0xF];
      out += kHex[c & 0xF];
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
}

void AppendValue(std::string& out, const Value& value) {
  if (const auto* text = std::get_if<std::string_view>(&value.get())) {
    AppendJsonString(out, *text);
  } else if (const auto* number = std::get_if<int64_t>(&value.get())) {
    absl::StrAppend(&out, *number);
  } else {
    out += std::get<bool>(value.get()) ? "true" : "false";
  }
}

void WriteToStderr(std::string_view line) {
  while (!line.empty()) {
    const ssize_t count = write(STDERR_FILENO, line.data(), line.size());
    if (count < 0 && errno != EINTR) return;  // nobody can be told that the log is broken
    if (count > 0) line.remove_prefix(static_cast<size_t>(count));
  }
}

void Write(std::string_view level, std::string_view text, Fields fields) {
  // The machine's clock even where the program's is manual: a log tells when things happened here.
  static const base::SystemClock clock;
  State& state = GetState();
  std::string line = "{\"ts\":\"";
  line += absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", clock.Now(), absl::UTCTimeZone());
  line += "\",\"level\":\"";
  line += level;
  line += "\",\"program\":";
  AppendJsonString(line, state.program);
  line += ",\"text\":";
  AppendJsonString(line, text);
  for (const Field& field : fields) {
    line += ',';
    AppendJsonString(line, field.key);
    line += ':';
    AppendValue(line, field.value);
  }
  line += "}\n";
  const std::scoped_lock lock(state.mutex);
  if (state.sink) {
    state.sink(line);
  } else {
    WriteToStderr(line);
  }
}

}  // namespace

void Init(std::string_view program) { GetState().program = program; }

void Info(std::string_view text, Fields fields) { Write("info", text, fields); }
void Warn(std::string_view text, Fields fields) { Write("warn", text, fields); }
void Error(std::string_view text, Fields fields) { Write("error", text, fields); }

void SetSink(std::function<void(std::string_view line)> sink) {
  State& state = GetState();
  const std::scoped_lock lock(state.mutex);
  state.sink = std::move(sink);
}

std::string JsonString(std::string_view text) {
  std::string out;
  AppendJsonString(out, text);
  return out;
}

}  // namespace laurel::log
