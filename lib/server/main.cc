#include "lib/server/main.h"

#include <grpc/support/log.h>
#include <pthread.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>

#include "absl/synchronization/mutex.h"
#include "lib/base/strings.h"
#include "lib/log/log.h"
#include "lib/status/error.h"
#include "lib/status/mapping.h"

namespace laurel::server {
namespace {

constexpr rlim_t kOpenFiles = 65536;

void LogOfGrpc(gpr_log_func_args* args) {
  const std::string_view text = args->message;
  if (args->severity == GPR_LOG_SEVERITY_ERROR) {
    log::Warn("grpc", {{"message", text}, {"file", args->file}, {"line", args->line}});
  }
}

// gRPC 1.51 goes deaf for ever when a burst of connections meets the limit of open files.
void RaiseOpenFiles() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= kOpenFiles) return;
  limit.rlim_cur = kOpenFiles;
  limit.rlim_max = std::max(limit.rlim_max, kOpenFiles);
  if (setrlimit(RLIMIT_NOFILE, &limit) == 0) return;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  log::Warn("the limit of open files is too low for many connections",
            {{"limit", limit.rlim_cur}, {"wanted", kOpenFiles}});
}

void BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // A peer that hangs up is an error of a write, not the end of the program.
  std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace

int Main(int argc, char** argv, const Commands& commands) {
  CLI::App app(commands.program);
  app.require_subcommand(1);
  const auto* serve = app.add_subcommand("serve", "Serves until SIGTERM or SIGINT.");
  if (commands.migrate) {
    app.add_subcommand("migrate", "Brings the schema up to date, as its owner, and ends.");
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e);
  }
  log::Init(commands.program);
  // Debian's absl looks for lock cycles as a debug build would: 7 % of a busy service (measured).
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  gpr_set_log_function(LogOfGrpc);
  BlockStopSignals();
  RaiseOpenFiles();
  absl::Status status;
  try {
    status = app.got_subcommand(serve) ? commands.serve() : commands.migrate();
  } catch (const std::exception& e) {
    status = absl::InternalError(e.what());
  }
  if (status.ok()) return 0;
  log::Error("stopped by an error", {{"code", status::CodeName(status.code())},
                                     {"reason", status::ReasonOf(status)},
                                     {"error", base::FromAbsl(status.message())}});
  return 1;
}

}  // namespace laurel::server
