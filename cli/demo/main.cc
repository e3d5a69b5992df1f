// laurel-demo --gateway URL --token-command COMMAND: plays the suite's story through the gateway
// and checks every figure that it prints. Ends with 1, and with what was expected, when one is not
// what it has to be.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "cli/demo/api.h"
#include "cli/demo/rules.h"
#include "cli/demo/story.h"
#include "cli/operator/settings.h"
#include "lib/status/error.h"

namespace laurel::demo {
namespace {

absl::Status Main(const std::string& gateway, const std::string& token_command) {
  LAUREL_ASSIGN_OR_RETURN(const tool::Settings settings, tool::ReadSettings(config::Environment()));
  if (settings.program_id.empty()) {
    return absl::InvalidArgumentError("LAUREL_TOOL_PROGRAM_ID is missing: the tokens' programme");
  }
  LAUREL_ASSIGN_OR_RETURN(const auto members, tool::MembersChannel(settings, true));
  LAUREL_RETURN_IF_ERROR(EnsureProgram(members, settings.program_id));
  Api api(gateway, token_command);
  LAUREL_ASSIGN_OR_RETURN(Rules rules, EnsureRules(api));
  return Story(api, std::move(rules)).Play();
}

}  // namespace
}  // namespace laurel::demo

int main(int argc, char** argv) {
  std::string gateway;
  std::string token_command;
  CLI::App app("Plays the suite's story through the gateway and checks every figure.");
  app.add_option("--gateway", gateway, "The gateway's URL, such as http://127.0.0.1:8080")
      ->required();
  app.add_option("--token-command", token_command,
                 "Shell command that prints a token for `member EXTERNAL_ID` or `staff ROLE`")
      ->required();
  CLI11_PARSE(app, argc, argv);
  const absl::Status status = laurel::demo::Main(gateway, token_command);
  if (status.ok()) return 0;
  std::fflush(stdout);
  std::fprintf(stderr, "laurel-demo: %s\n", std::string(status.message()).c_str());
  return 1;
}
