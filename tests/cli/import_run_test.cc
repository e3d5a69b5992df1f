// The import against members-svc and a real database: exact figures, once and again, whole and
// interrupted, clean and dirty.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "absl/strings/numbers.h"
#include "cli/import/run.h"
#include "laurel/members/v1/member.grpc.pb.h"
#include "laurel/members/v1/wallet.grpc.pb.h"
#include "lib/base/uuid.h"
#include "lib/client/channel.h"
#include "lib/status/error.h"
#include "tests/cli/members_server.h"

namespace laurel::import {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

testing::MembersServer& Members() {
  static testing::MembersServer server;
  return server;
}

// What a folder's import must give.
struct Figures {
  std::string folder;
  int64_t orders = 0;
  int64_t members = 0;
  int64_t points = 0;
  std::map<std::string, int64_t> by_household = {};
  int batch = 16;
};

Figures MadeUp() { return {LAUREL_TEST_DATA, 137, 39, 2870, {{"108", 186}, {"138", 166}}}; }
Figures Real() {
  return {std::getenv("REAL_DATA"),
          47243,
          2377,
          209739,
          {{"1023", 1106}, {"400", 654}, {"707", 642}},
          256};
}

// A programme of its own, on the one server.
class ImportTest : public ::testing::Test {
 protected:
  ImportTest() {
    static base::IdSource ids(1);
    static int64_t count = 0;
    program_ = base::EncodeId("prg", ids.Next(absl::FromUnixSeconds(++count)));
    rejects_ = fs::temp_directory_path() / ("laurel-rejects-" + std::to_string(getpid()));
  }
  ~ImportTest() override {
    std::error_code ignored;
    fs::remove_all(rejects_, ignored);
    fs::remove_all(folder_, ignored);
  }

  absl::Status Import(const std::string& folder, bool strict = false, int batch = 16) {
    static int64_t run = 0;
    RunOptions options;
    options.folder = folder;
    options.rejects_path = rejects_;
    options.strict = strict;
    options.send.program_id = program_;
    options.send.run_id = "run " + std::to_string(++run);
    options.send.batch = batch;
    options.send.patience = absl::Seconds(10);
    return RunImport(Members().Channel(), options);
  }

  int64_t Count(const std::string& sql) {
    int64_t count = -1;
    EXPECT_TRUE(absl::SimpleAtoi(Members().Look(sql), &count)) << sql;
    return count;
  }
  std::string Where() const {
    return " WHERE program_id = '" + base::ToString(*base::DecodeId("prg", program_)) + "'";
  }
  int64_t Orders() { return Count("SELECT count(*) FROM orders" + Where()); }

  int64_t PointsOf(const std::string& household) {
    const auto channel = Members().Channel();
    members::v1::FindMemberRequest find;
    find.set_program_id(program_);
    find.set_external_id(household);
    members::v1::FindMemberResponse found;
    const auto first = client::NewContext(client::Background(absl::Seconds(10)));
    EXPECT_TRUE(
        members::v1::MemberService::NewStub(channel)->FindMember(first.get(), find, &found).ok());
    members::v1::ListBalancesRequest list;
    list.set_program_id(program_);
    list.set_member_id(found.member().member_id());
    members::v1::ListBalancesResponse listed;
    const auto second = client::NewContext(client::Background(absl::Seconds(10)));
    EXPECT_TRUE(members::v1::WalletService::NewStub(channel)
                    ->ListBalances(second.get(), list, &listed)
                    .ok());
    return listed.balances_size() == 1 ? listed.balances(0).active() : 0;
  }

  void ExpectFigures(const Figures& figures) {
    EXPECT_EQ(Orders(), figures.orders);
    EXPECT_EQ(Count("SELECT count(*) FROM members" + Where()), figures.members);
    const auto channel = Members().Channel();
    members::v1::VerifyLedgerRequest request;
    request.set_program_id(program_);
    members::v1::VerifyLedgerResponse verified;
    const auto context = client::NewContext(client::Background(absl::Seconds(60)));
    ASSERT_TRUE(members::v1::WalletService::NewStub(channel)
                    ->VerifyLedger(context.get(), request, &verified)
                    .ok());
    EXPECT_TRUE(verified.valid());
    EXPECT_EQ(verified.points_issued(), figures.points);
    for (const auto& [household, points] : figures.by_household) {
      EXPECT_EQ(PointsOf(household), points) << household;
    }
  }

  // The program itself, killed as soon as so many orders are there, ten times over.
  void KillTenTimes(const Figures& figures) {
    std::mt19937_64 random(7);
    std::vector<int64_t> points;
    for (int i = 0; i < 10; ++i) {
      points.push_back(static_cast<int64_t>(random() % static_cast<uint64_t>(figures.orders)));
    }
    std::sort(points.begin(), points.end());
    for (const int64_t point : points) {
      const pid_t program = Start(figures);
      int status = 0;
      while (Orders() < point && waitpid(program, &status, WNOHANG) == 0) {
      }
      kill(program, SIGKILL);
      waitpid(program, &status, 0);
    }
  }

  pid_t Start(const Figures& figures) {
    const char* bin = std::getenv("LAUREL_BIN_DIR");
    EXPECT_NE(bin, nullptr) << "LAUREL_BIN_DIR is not set: run the tests with ./laurel test";
    const std::string program = std::string(bin == nullptr ? "" : bin) + "/laurel-import";
    const std::string tls = testing::TlsFolder();
    std::vector<std::string> arguments = {program,       figures.folder,
                                          "--program",   program_,
                                          "--batch",     std::to_string(figures.batch),
                                          "--in-flight", "3"};
    std::vector<std::string> settings = {"LAUREL_TOOL_CA_FILE=" + tls + "/ca.crt",
                                         "LAUREL_TOOL_CERT_FILE=" + tls + "/operator.crt",
                                         "LAUREL_TOOL_KEY_FILE=" + tls + "/operator.key",
                                         "LAUREL_TOOL_MEMBERS_TARGET=" + Members().target()};
    const auto pointers = [](std::vector<std::string>& texts) {
      std::vector<char*> out;
      for (std::string& text : texts) out.push_back(text.data());
      out.push_back(nullptr);
      return out;
    };
    pid_t pid = 0;
    EXPECT_EQ(posix_spawn(&pid, program.c_str(), nullptr, nullptr, pointers(arguments).data(),
                          pointers(settings).data()),
              0);
    return pid;
  }

  // A copy of the made-up set whose purchases `change` has worked on.
  std::string Changed(const std::function<void(std::vector<std::string>&)>& change) {
    folder_ = fs::temp_directory_path() / ("laurel-import-" + std::to_string(getpid()));
    fs::create_directories(folder_);
    fs::copy_file(std::string(LAUREL_TEST_DATA) + "/products.csv", folder_ / "products.csv",
                  fs::copy_options::overwrite_existing);
    std::ifstream in(std::string(LAUREL_TEST_DATA) + "/purchases.csv");
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    change(lines);
    std::ofstream out(folder_ / "purchases.csv");
    for (const std::string& line : lines) out << line << '\n';
    return folder_;
  }

  std::string Rejected() {
    std::ifstream in(rejects_);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::string program_;
  fs::path rejects_;
  fs::path folder_;
};

TEST_F(ImportTest, OnceAndAgain) {
  ASSERT_EQ(Import(MadeUp().folder), absl::OkStatus());
  ExpectFigures(MadeUp());
  ASSERT_EQ(Import(MadeUp().folder, true), absl::OkStatus());
  ExpectFigures(MadeUp());
  EXPECT_FALSE(fs::exists(rejects_));
}

TEST_F(ImportTest, KilledTenTimes) {
  KillTenTimes(MadeUp());
  ASSERT_EQ(Import(MadeUp().folder), absl::OkStatus());
  ExpectFigures(MadeUp());
}

TEST_F(ImportTest, RealPurchasesOnceAndAgain) {
  if (std::getenv("REAL_DATA") == nullptr) GTEST_SKIP() << "REAL_DATA names no real purchases";
  ASSERT_EQ(Import(Real().folder, true, Real().batch), absl::OkStatus());
  ExpectFigures(Real());
  ASSERT_EQ(Import(Real().folder, true, Real().batch), absl::OkStatus());
  ExpectFigures(Real());
}

TEST_F(ImportTest, RealPurchasesKilledTenTimes) {
  if (std::getenv("REAL_DATA") == nullptr) GTEST_SKIP() << "REAL_DATA names no real purchases";
  KillTenTimes(Real());
  ASSERT_EQ(Import(Real().folder, true, Real().batch), absl::OkStatus());
  ExpectFigures(Real());
}

TEST_F(ImportTest, BadRowsAreReportedAndTheRestGoesIn) {
  const std::string folder = Changed([](std::vector<std::string>& lines) {
    lines[1].replace(lines[1].find(",2024-"), 6, ",2O24-");
    lines[100] = "no columns at all";
    lines.push_back("108,301,599999,2999-01-01 10:00:00,800000,1,5.00,0.00,0.00,0.00");
    lines.push_back("140,301,600000,2024-05-01 10:00:00,800000,-1,5.00,0.00,0.00,0.00");
  });
  ASSERT_EQ(Import(folder), absl::OkStatus());
  EXPECT_LT(Orders(), MadeUp().orders);
  const std::string rejected = Rejected();
  EXPECT_THAT(rejected, HasSubstr("purchases.csv,2,purchased_at: '2O24-"));
  EXPECT_THAT(rejected, HasSubstr("purchases.csv,101,has 1 columns where the header has 10"));
  EXPECT_THAT(rejected, HasSubstr("purchases.csv,302,\"refused by members-svc: OCCUR_TIME_OUT_OF"));
  EXPECT_THAT(rejected, HasSubstr("purchases.csv,303,quantity: '-1' is negative"));
  EXPECT_EQ(status::ReasonOf(Import(folder, true)), "ROWS_REJECTED");
}

TEST_F(ImportTest, CorrectedFilesCompleteWhatWaited) {
  const std::string folder = Changed([](std::vector<std::string>& lines) {
    for (const size_t at : {10, 50, 200}) lines[at] += ",one more";
  });
  ASSERT_EQ(Import(folder), absl::OkStatus());
  EXPECT_LT(Orders(), MadeUp().orders);
  ASSERT_EQ(Import(MadeUp().folder, true), absl::OkStatus());
  ExpectFigures(MadeUp());
}

TEST_F(ImportTest, RefusedFilesChangeNothing) {
  const std::string folder = Changed([](std::vector<std::string>& lines) {
    lines[0].replace(lines[0].find("sales_value"), 11, "sales");
  });
  const absl::Status refused = Import(folder);
  EXPECT_EQ(status::ReasonOf(refused), "FILE_REFUSED");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("lacks the column sales_value"));
  EXPECT_EQ(Count("SELECT count(*) FROM programs" + Where()), 0);
  EXPECT_EQ(status::ReasonOf(Import("/nowhere")), "FILE_NOT_FOUND");
}

TEST_F(ImportTest, AServerThatIsAwayEndsThePatienceWithItsName) {
  RunOptions options;
  options.folder = MadeUp().folder;
  options.send.program_id = program_;
  options.send.run_id = "away";
  options.send.patience = absl::Milliseconds(300);
  const std::string tls = testing::TlsFolder();
  const auto nobody =
      client::NewChannel({.target = "127.0.0.1:1",
                          .peer_name = "members",
                          .files = {tls + "/ca.crt", tls + "/operator.crt", tls + "/operator.key"},
                          .retries = false});
  ASSERT_TRUE(nobody.ok());
  EXPECT_EQ(RunImport(*nobody, options).code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace laurel::import
