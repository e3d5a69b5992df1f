#include "lib/config/reader.h"

#include <re2/re2.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "lib/base/strings.h"
#include "lib/status/error.h"

namespace laurel::config {
namespace {

constexpr char kCommonPrefix[] = "LAUREL_COMMON_";
constexpr char kMasked[] = "***";

std::string Full(std::string_view prefix, std::string_view name) {
  return std::string(prefix) + std::string(name);
}

// libpq's keyword/value form, where a value may be quoted with \' inside, and the URI form.
std::string WithoutPasswords(std::string value) {
  static const auto* const kKeyword =
      new RE2(R"re((?i)(\b(?:ssl)?password\s*=\s*)('(?:[^'\\]|\\.)*'?|[^\s&]+))re");
  static const auto* const kUri = new RE2(R"re((://[^/@\s:]*):[^\s/]*@)re");
  RE2::GlobalReplace(&value, *kKeyword, R"(\1***)");
  RE2::GlobalReplace(&value, *kUri, R"(\1:***@)");
  return value;
}

}  // namespace

Variables Environment() {
  Variables variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

Reader::Reader(std::string_view program, Variables variables)
    : prefix_("LAUREL_" + std::string(program) + "_"), variables_(std::move(variables)) {}

const std::string* Reader::Look(const std::string& full_name) {
  known_.insert(full_name);
  const auto found = variables_.find(full_name);
  return found == variables_.end() || found->second.empty() ? nullptr : &found->second;
}

std::string Reader::RequiredAt(const std::string& full_name) {
  const std::string* value = Look(full_name);
  if (value == nullptr) {
    problems_.push_back(full_name + " is missing");
    return "";
  }
  shown_[full_name] = WithoutPasswords(*value);
  return *value;
}

std::string Reader::OptionalAt(const std::string& full_name, std::string_view default_value) {
  const std::string* given = Look(full_name);
  std::string value = given == nullptr ? std::string(default_value) : *given;
  shown_[full_name] = WithoutPasswords(value);
  return value;
}

int64_t Reader::IntAt(const std::string& full_name, int64_t default_value, int64_t min,
                      int64_t max) {
  const std::string* given = Look(full_name);
  int64_t value = default_value;
  if (given != nullptr) {
    static const auto* const kNumber = new RE2("-?[0-9]+");
    if (!RE2::FullMatch(*given, *kNumber) || !absl::SimpleAtoi(*given, &value)) {
      problems_.push_back(full_name + " is not a whole number");
      return std::clamp(default_value, min, max);
    }
    if (value < min || value > max) {
      problems_.push_back(full_name + " is not from " + std::to_string(min) + " to " +
                          std::to_string(max));
    }
  }
  value = std::clamp(value, min, max);
  shown_[full_name] = std::to_string(value);
  return value;
}

std::string Reader::ChoiceAt(const std::string& full_name, std::string_view default_value,
                             const std::vector<std::string>& allowed) {
  std::string value =
      default_value.empty() ? RequiredAt(full_name) : OptionalAt(full_name, default_value);
  if (!value.empty() && std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
    problems_.push_back(full_name + " is none of " + absl::StrJoin(allowed, ", "));
    return std::string(default_value);
  }
  return value;
}

std::string Reader::Required(std::string_view name) { return RequiredAt(Full(prefix_, name)); }

std::string Reader::Optional(std::string_view name, std::string_view default_value) {
  return OptionalAt(Full(prefix_, name), default_value);
}

int64_t Reader::Int(std::string_view name, int64_t default_value, int64_t min, int64_t max) {
  return IntAt(Full(prefix_, name), default_value, min, max);
}

bool Reader::Bool(std::string_view name, bool default_value) {
  return Choice(name, default_value ? "true" : "false", {"true", "false"}) == "true";
}

std::string Reader::Choice(std::string_view name, std::string_view default_value,
                           const std::vector<std::string>& allowed) {
  return ChoiceAt(Full(prefix_, name), default_value, allowed);
}

std::string Reader::Secret(std::string_view name) {
  std::string value = Required(name);
  if (!value.empty()) shown_[Full(prefix_, name)] = kMasked;
  return value;
}

std::vector<NamedTarget> Reader::NamedTargets(std::string_view name) {
  const std::string full_name = Full(prefix_, name);
  std::vector<NamedTarget> targets;
  std::set<std::string> names;
  for (const auto entry : absl::StrSplit(OptionalAt(full_name, ""), ';', absl::SkipWhitespace())) {
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(entry, absl::MaxSplits('=', 1));
    if (parts.first.empty() || parts.second.empty()) {
      problems_.push_back(full_name + " is not a list of name=host:port;name=host:port");
      return {};
    }
    if (!names.insert(parts.first).second) {
      problems_.push_back(full_name + " names " + parts.first + " twice");
    }
    targets.push_back({.name = parts.first, .target = parts.second});
  }
  return targets;
}

void Reader::Ignore(std::string_view name) { known_.insert(Full(prefix_, name)); }

std::string Reader::CommonRequired(std::string_view name) {
  return RequiredAt(Full(kCommonPrefix, name));
}

std::string Reader::CommonOptional(std::string_view name, std::string_view default_value) {
  return OptionalAt(Full(kCommonPrefix, name), default_value);
}

int64_t Reader::CommonInt(std::string_view name, int64_t default_value, int64_t min, int64_t max) {
  return IntAt(Full(kCommonPrefix, name), default_value, min, max);
}

std::string Reader::CommonChoice(std::string_view name, std::string_view default_value,
                                 const std::vector<std::string>& allowed) {
  return ChoiceAt(Full(kCommonPrefix, name), default_value, allowed);
}

void Reader::Complain(std::string_view name, std::string_view problem) {
  problems_.push_back(Full(prefix_, name) + " " + std::string(problem));
}

absl::Status Reader::Finish() const {
  std::vector<std::string> problems = problems_;
  for (const auto& [name, value] : variables_) {
    const bool ours = name.starts_with(prefix_) || name.starts_with(kCommonPrefix);
    if (ours && !ignore_unknown_ && !known_.contains(name))
      problems.push_back(name + " is unknown");
  }
  if (problems.empty()) return absl::OkStatus();
  return status::Error(absl::StatusCode::kInvalidArgument, "CONFIG_INVALID",
                       "The configuration is not valid: " + absl::StrJoin(problems, "; ") + ".");
}

std::string Reader::Describe() const {
  std::string text;
  for (const auto& [name, value] : shown_) text += name + "=" + value + "\n";
  return text;
}

Common ReadCommon(Reader& reader) {
  Common common;
  common.production =
      reader.CommonChoice("ENVIRONMENT", "", {"development", "production"}) == "production";
  common.manual_clock = reader.CommonChoice("CLOCK", "system", {"system", "manual"}) == "manual";
  common.ca_file = reader.CommonRequired("CA_FILE");
  common.peers_file = reader.CommonRequired("PEERS_FILE");
  common.log_sample = reader.CommonInt("LOG_SAMPLE", 0, 0, 1000000000);
  return common;
}

ServerOptions ReadServerOptions(Reader& reader) {
  ServerOptions options;
  options.listen = reader.Required("LISTEN");
  options.metrics_listen = reader.Required("METRICS_LISTEN");
  options.health_listen = reader.Optional("HEALTH_LISTEN", "");
  options.ready_file = reader.Optional("READY_FILE", "");
  options.cert_file = reader.Required("CERT_FILE");
  options.key_file = reader.Required("KEY_FILE");
  options.drain_seconds = static_cast<int>(reader.Int("DRAIN_SECONDS", 10, 0, 3600));
  options.drain_notice_ms = static_cast<int>(reader.Int("DRAIN_NOTICE_MS", 200, 0, 60000));
  options.workers = static_cast<int>(reader.Int("WORKERS", 16, 1, 1024));
  options.pool_size = static_cast<int>(reader.Int("POOL_SIZE", 8, 1, 1024));
  return options;
}

}  // namespace laurel::config
