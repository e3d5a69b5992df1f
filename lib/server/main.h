// The sub-commands of a program.
#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"

namespace laurel::server {

struct Commands {
  // "members-svc": the name in the log and in --help.
  std::string program;
  // `serve`.
  std::function<absl::Status()> serve;
  // `migrate`, as the schema's owner; not given: there is no such sub-command.
  std::function<absl::Status()> migrate = {};
};

// Parses the command line and runs one sub-command; returns the exit status: 0, 1 after an error
// (which is logged), another for a wrong command line. Starts the log, raises the limit of open
// files to 65,536, and blocks SIGTERM and SIGINT in all threads, so that Server::Run gets them.
int Main(int argc, char** argv, const Commands& commands);

}  // namespace laurel::server
