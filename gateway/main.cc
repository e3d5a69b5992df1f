#include "lib/server/main.h"

#include <csignal>

#include "gateway/config.h"
#include "gateway/program.h"
#include "lib/config/reader.h"
#include "lib/log/log.h"
#include "lib/status/error.h"

namespace {

absl::Status Serve() {
  laurel::config::Reader reader("GATEWAY", laurel::config::Environment());
  const laurel::gateway::Config config = laurel::gateway::ReadConfig(reader);
  LAUREL_RETURN_IF_ERROR(reader.Finish());
  laurel::log::Info("configured", {{"settings", reader.Describe()}});
  LAUREL_ASSIGN_OR_RETURN(auto program, laurel::gateway::Program::Start(config));

  // Blocked in all threads by server::Main, so that they arrive here.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  int signal = 0;
  sigwait(&signals, &signal);
  program->Drain();
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  return laurel::server::Main(argc, argv, {.program = "gateway", .serve = Serve, .migrate = {}});
}
