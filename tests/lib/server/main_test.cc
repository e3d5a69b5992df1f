#include "lib/server/main.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/lib/support/log_capture.h"

namespace laurel::server {
namespace {

int RunMain(std::vector<std::string> arguments, const Commands& commands) {
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  return Main(static_cast<int>(argv.size()), argv.data(), commands);
}

TEST(Main, RunsOneSubCommand) {
  const testing::LogCapture log;
  int served = 0;
  int migrated = 0;
  const Commands commands{.program = "members-svc",
                          .serve = [&] { return ++served, absl::OkStatus(); },
                          .migrate = [&] { return ++migrated, absl::OkStatus(); }};
  EXPECT_EQ(RunMain({"members-svc", "serve"}, commands), 0);
  EXPECT_EQ(RunMain({"members-svc", "migrate"}, commands), 0);
  EXPECT_EQ(served, 1);
  EXPECT_EQ(migrated, 1);
  EXPECT_NE(RunMain({"members-svc"}, commands), 0);
  EXPECT_NE(RunMain({"members-svc", "dance"}, commands), 0);
  EXPECT_NE(RunMain({"members-svc", "serve", "extra"}, commands), 0);
  EXPECT_NE(RunMain({"gateway", "migrate"},
                    {.program = "gateway", .serve = [] { return absl::OkStatus(); }}),
            0);
  EXPECT_EQ(served, 1);
  EXPECT_EQ(migrated, 1);
}

TEST(Main, AnErrorIsLoggedAndEndsWithOne) {
  const testing::LogCapture log;
  EXPECT_EQ(RunMain({"x", "serve"},
                    {.program = "x", .serve = [] { return absl::NotFoundError("no such file"); }}),
            1);
  EXPECT_EQ(RunMain({"x", "serve"}, {.program = "x",
                                     .serve = []() -> absl::Status {
                                       throw std::runtime_error("a library threw");
                                     }}),
            1);
  EXPECT_EQ(log.Count("no such file"), 1);
  EXPECT_EQ(log.Count("a library threw"), 1);
}

TEST(Main, PreparesTheProcess) {
  const testing::LogCapture log;
  sigset_t blocked;
  rlimit files{};
  RunMain({"x", "serve"}, {.program = "x", .serve = [&] {
                             pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
                             getrlimit(RLIMIT_NOFILE, &files);
                             return absl::OkStatus();
                           }});
  EXPECT_EQ(sigismember(&blocked, SIGTERM), 1);
  EXPECT_EQ(sigismember(&blocked, SIGINT), 1);
  // Either there are enough, or the log says that there are not.
  EXPECT_TRUE(files.rlim_cur >= 65536 || log.Count("open files") == 1);
}

}  // namespace
}  // namespace laurel::server
