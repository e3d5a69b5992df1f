#include "tests/bench/server_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "lib/status/error.h"
#include "tests/bench/pause.h"

namespace laurel::bench {
namespace {

constexpr absl::Duration kStartPatience = absl::Seconds(60);

std::string FileText(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string NewFolder() {
  static std::atomic<int> count{0};
  const auto folder = std::filesystem::temp_directory_path() /
                      ("laurel-bench." + std::to_string(getpid()) + "." + std::to_string(++count));
  std::filesystem::create_directories(folder);
  return folder;
}

// The body of GET /metrics, with its head; empty if it cannot be had.
std::string Scrape(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string text;
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) {
    const std::string get = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    char buffer[4096];
    if (write(fd, get.data(), get.size()) > 0) {
      for (ssize_t n = 0; (n = read(fd, buffer, sizeof(buffer))) > 0;) {
        text.append(buffer, static_cast<size_t>(n));
      }
    }
  }
  close(fd);
  return text;
}

}  // namespace

ServerProcess::~ServerProcess() {
  if (pid_ > 0) {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

absl::StatusOr<std::unique_ptr<ServerProcess>> ServerProcess::Start(
    const std::vector<std::string>& command, Variables environment) {
  std::unique_ptr<ServerProcess> server(new ServerProcess());
  server->folder_ = NewFolder();
  LAUREL_RETURN_IF_ERROR(server->Launch(command, std::move(environment)));
  LAUREL_RETURN_IF_ERROR(server->AwaitReady());
  return server;
}

absl::Status ServerProcess::Launch(const std::vector<std::string>& command, Variables environment) {
  for (auto& [name, value] : environment) {
    if (value == "READY") value = folder_ + "/ready";
  }
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string text = *each;
    const size_t equals = text.find('=');
    // What the launcher gave us for its suite is overruled; its tools' settings are none of ours.
    if (text.starts_with("LAUREL_TOOL_") || text.starts_with("LAUREL_MEMBERS_SUBSCRIBERS"))
      continue;
    environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  std::vector<std::string> texts;
  for (const auto& [name, value] : environment) texts.push_back(name + "=" + value);
  std::vector<char*> envp;
  for (std::string& text : texts) envp.push_back(text.data());
  envp.push_back(nullptr);
  std::vector<std::string> words = command;
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  const std::string log = folder_ + "/log";
  posix_spawn_file_actions_addopen(&files, 1, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&files, 1, 2);
  const int failed = posix_spawn(&pid_, argv[0], &files, nullptr, argv.data(), envp.data());
  posix_spawn_file_actions_destroy(&files);
  if (failed == 0) return absl::OkStatus();
  pid_ = -1;
  return absl::InternalError("cannot start " + command[0]);
}

absl::Status ServerProcess::AwaitReady() {
  const absl::Time give_up = absl::Now() + kStartPatience;
  const std::regex port(R"("port": *([0-9]+))");
  const std::regex metrics(R"("metrics_port": *([0-9]+))");
  while (absl::Now() < give_up) {
    const std::string ready = FileText(folder_ + "/ready");
    if (std::smatch match; std::regex_search(ready, match, port)) {
      target_ = "127.0.0.1:" + match[1].str();
      if (std::regex_search(ready, match, metrics)) metrics_port_ = std::stoi(match[1]);
      return absl::OkStatus();
    }
    if (waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = -1;
      break;
    }
    Pause(absl::Milliseconds(20));
  }
  return absl::UnavailableError("the server did not start:\n" + FileText(folder_ + "/log"));
}

double ServerProcess::Metric(const std::string& name) const {
  std::istringstream lines(Scrape(metrics_port_));
  double sum = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(name)) continue;
    const char after = line.size() > name.size() ? line[name.size()] : '\0';
    if (after == ' ' || after == '{') sum += std::stod(line.substr(line.rfind(' ')));
  }
  return sum;
}

absl::StatusOr<std::unique_ptr<ServerProcess>> StartMembers(const std::string& binary,
                                                            const std::string& app_dsn,
                                                            Variables environment) {
  environment["LAUREL_MEMBERS_LISTEN"] = "127.0.0.1:0";
  environment["LAUREL_MEMBERS_METRICS_LISTEN"] = "127.0.0.1:0";
  environment["LAUREL_MEMBERS_READY_FILE"] = "READY";
  environment["LAUREL_MEMBERS_DSN"] = app_dsn;
  return ServerProcess::Start({binary, "serve"}, std::move(environment));
}

}  // namespace laurel::bench
