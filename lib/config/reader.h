// Environment → typed values. A program reads LAUREL_<PROGRAM>_… and LAUREL_COMMON_… and nothing
// else; a missing, malformed or unknown name under those two prefixes stops the start, and the
// error names all of them at once. An empty value counts as not given.
//
//   config::Reader reader("MEMBERS", config::Environment());
//   const config::Common common = config::ReadCommon(reader);
//   const config::ServerOptions server = config::ReadServerOptions(reader);
//   const std::string dsn = reader.Required("DSN");
//   reader.Ignore("OWNER_DSN");  // what `migrate` reads
//   LAUREL_RETURN_IF_ERROR(reader.Finish());
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace laurel::config {

using Variables = std::map<std::string, std::string>;

// The environment of this process; tests pass a map of their own.
Variables Environment();

// A name and where to reach it: one entry of "gamification=127.0.0.1:7004;referrals=…".
struct NamedTarget {
  std::string name;
  std::string target;
};

class Reader {
 public:
  // `program` is the middle of the names: MEMBERS reads LAUREL_MEMBERS_….
  Reader(std::string_view program, Variables variables);

  // Names are given without their prefix. A value that is missing or malformed is noted for
  // Finish(), and an empty string, the default or the nearest bound is returned meanwhile.
  std::string Required(std::string_view name);
  std::string Optional(std::string_view name, std::string_view default_value);
  // A whole decimal number from min to max, bounds included.
  int64_t Int(std::string_view name, int64_t default_value, int64_t min, int64_t max);
  // "true" or "false".
  bool Bool(std::string_view name, bool default_value);
  // One of `allowed`; required when default_value is empty.
  std::string Choice(std::string_view name, std::string_view default_value,
                     const std::vector<std::string>& allowed);
  // Like Required, and Describe() never shows it.
  std::string Secret(std::string_view name);
  // "name=target;name=target", each name once; not given: none.
  std::vector<NamedTarget> NamedTargets(std::string_view name);
  // The name may be there; another sub-command reads it.
  void Ignore(std::string_view name);
  // Names that nobody reads are no error: for a sub-command that needs only a few.
  void IgnoreUnknown() { ignore_unknown_ = true; }

  // The same under LAUREL_COMMON_.
  std::string CommonRequired(std::string_view name);
  std::string CommonOptional(std::string_view name, std::string_view default_value);
  int64_t CommonInt(std::string_view name, int64_t default_value, int64_t min, int64_t max);
  std::string CommonChoice(std::string_view name, std::string_view default_value,
                           const std::vector<std::string>& allowed);

  // Notes a problem of the program's own ("DSN names no database"); Finish() reports it.
  void Complain(std::string_view name, std::string_view problem);

  // OK, or INVALID_ARGUMENT, CONFIG_INVALID that names every problem. To be called after all reads.
  absl::Status Finish() const;
  // One "NAME=value" per line in alphabetical order, defaults included; secrets and the passwords
  // inside DSNs and URLs are shown as ***.
  std::string Describe() const;

  const std::string& prefix() const { return prefix_; }

 private:
  // The value under its full name, noting that the name is known; null: not given.
  const std::string* Look(const std::string& full_name);
  std::string RequiredAt(const std::string& full_name);
  std::string OptionalAt(const std::string& full_name, std::string_view default_value);
  int64_t IntAt(const std::string& full_name, int64_t default_value, int64_t min, int64_t max);
  std::string ChoiceAt(const std::string& full_name, std::string_view default_value,
                       const std::vector<std::string>& allowed);

  std::string prefix_;
  Variables variables_;
  bool ignore_unknown_ = false;
  std::set<std::string> known_;
  std::vector<std::string> problems_;
  std::map<std::string, std::string> shown_;
};

// What all programs share.
struct Common {
  bool production = false;
  // LAUREL_COMMON_CLOCK=manual: time comes from laurel.testing.v1.ClockService. Refused beside
  // production.
  bool manual_clock = false;
  std::string ca_file;
  std::string peers_file;
  // Log one of so many successful calls; 0: none.
  int64_t log_sample = 0;
};
Common ReadCommon(Reader& reader);

// What every program that listens has. `listen` and `metrics_listen` are host:port; port 0 picks.
struct ServerOptions {
  std::string listen;
  std::string metrics_listen;
  // A gRPC service's port without TLS that answers health checks and nothing else, for probes that
  // bear no certificate. Empty: none.
  std::string health_listen = "";
  // Written when serving: {"port":N,"metrics_port":N,"pid":N}. Empty: not written.
  std::string ready_file;
  std::string cert_file;
  std::string key_file;
  // How long accepted calls may go on after a SIGTERM; then they are cancelled.
  int drain_seconds = 10;
  // How long to say NOT_SERVING before connections are closed, so that endpoints notice.
  int drain_notice_ms = 200;
  // Threads for handlers that block.
  int workers = 16;
  // Connections to the database.
  int pool_size = 8;
};
ServerOptions ReadServerOptions(Reader& reader);

}  // namespace laurel::config
