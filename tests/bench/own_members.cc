#include "tests/bench/own_members.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "lib/status/error.h"
#include "members-svc/statements.h"

namespace laurel::bench {
namespace {

constexpr absl::Duration kStartPatience = absl::Seconds(30);

std::string FileText(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace

OwnMembers::OwnMembers() : database_("members", {}, members::Migrations(), 1) {
  folder_ = std::filesystem::temp_directory_path() / ("laurel-bench." + std::to_string(getpid()));
  std::filesystem::create_directories(folder_);
}

OwnMembers::~OwnMembers() {
  if (pid_ > 0) {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

absl::StatusOr<std::unique_ptr<OwnMembers>> OwnMembers::Start(
    const std::string& binary, const std::map<std::string, std::string>& environment) {
  std::unique_ptr<OwnMembers> own(new OwnMembers());
  LAUREL_RETURN_IF_ERROR(own->Launch(binary, environment));
  LAUREL_RETURN_IF_ERROR(own->AwaitReady());
  return own;
}

absl::Status OwnMembers::Launch(const std::string& binary,
                                const std::map<std::string, std::string>& environment) {
  // What the launcher gave us is the suite's members-svc; what follows makes it ours.
  std::map<std::string, std::string> variables;
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string text = *each;
    const size_t equals = text.find('=');
    if (!text.starts_with("LAUREL_TOOL_"))
      variables[text.substr(0, equals)] = text.substr(equals + 1);
  }
  variables["LAUREL_MEMBERS_LISTEN"] = "127.0.0.1:0";
  variables["LAUREL_MEMBERS_METRICS_LISTEN"] = "127.0.0.1:0";
  variables["LAUREL_MEMBERS_READY_FILE"] = folder_ + "/ready";
  variables["LAUREL_MEMBERS_DSN"] = database_.app_dsn();
  variables.erase("LAUREL_MEMBERS_SUBSCRIBERS");
  for (const auto& [name, value] : environment) variables[name] = value;

  std::vector<std::string> texts;
  for (const auto& [name, value] : variables) texts.push_back(name + "=" + value);
  std::vector<char*> envp;
  for (std::string& text : texts) envp.push_back(text.data());
  envp.push_back(nullptr);
  std::string program = binary;
  std::string serve = "serve";
  char* const argv[] = {program.data(), serve.data(), nullptr};

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  const std::string log = folder_ + "/members.log";
  posix_spawn_file_actions_addopen(&files, 1, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&files, 1, 2);
  const int failed = posix_spawn(&pid_, binary.c_str(), &files, nullptr, argv, envp.data());
  posix_spawn_file_actions_destroy(&files);
  if (failed == 0) return absl::OkStatus();
  pid_ = -1;
  return absl::InternalError("cannot start " + binary);
}

absl::Status OwnMembers::AwaitReady() {
  const absl::Time give_up = absl::Now() + kStartPatience;
  const std::regex port(R"("port": *([0-9]+))");
  while (absl::Now() < give_up) {
    const std::string ready = FileText(folder_ + "/ready");
    if (std::smatch match; std::regex_search(ready, match, port)) {
      target_ = "127.0.0.1:" + match[1].str();
      return absl::OkStatus();
    }
    if (waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = -1;
      break;
    }
    absl::SleepFor(absl::Milliseconds(20));
  }
  return absl::UnavailableError("members-svc did not start:\n" +
                                FileText(folder_ + "/members.log"));
}

}  // namespace laurel::bench
