#include "lib/config/reader.h"

#include <gmock/gmock.h>

#include "lib/config/file.h"
#include "lib/status/error.h"
#include "tests/lib/support/certificates.h"

namespace laurel::config {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Message(const absl::Status& status) { return std::string(status.message()); }

Variables Valid() {
  return {{"LAUREL_COMMON_ENVIRONMENT", "development"},
          {"LAUREL_COMMON_CA_FILE", "/ca"},
          {"LAUREL_COMMON_PEERS_FILE", "/peers"},
          {"LAUREL_MEMBERS_LISTEN", "127.0.0.1:0"},
          {"LAUREL_MEMBERS_METRICS_LISTEN", "127.0.0.1:0"},
          {"LAUREL_MEMBERS_CERT_FILE", "/crt"},
          {"LAUREL_MEMBERS_KEY_FILE", "/key"},
          {"LAUREL_REWARDS_WHATEVER", "another program's"},
          {"PATH", "/bin"}};
}

TEST(Reader, ReadsWhatAllProgramsShareWithItsDefaults) {
  Reader reader("MEMBERS", Valid());
  const Common common = ReadCommon(reader);
  const ServerOptions server = ReadServerOptions(reader);
  EXPECT_EQ(reader.Finish(), absl::OkStatus());
  EXPECT_FALSE(common.production);
  EXPECT_FALSE(common.manual_clock);
  EXPECT_EQ(server.drain_seconds, 10);
  EXPECT_EQ(server.cert_file, "/crt");
}

TEST(Reader, NamesEveryProblemAtOnce) {
  Variables variables = Valid();
  variables.erase("LAUREL_COMMON_CA_FILE");
  variables["LAUREL_COMMON_ENVIRONMENT"] = "staging";
  variables["LAUREL_MEMBERS_KEY_FILE"] = "";
  variables["LAUREL_MEMBERS_WORKERS"] = "0";
  variables["LAUREL_MEMBERS_DRAIN_SECONDS"] = "10s";
  variables["LAUREL_MEMBERS_POOL_SIZ"] = "8";
  variables["LAUREL_COMMON_COLOUR"] = "red";
  Reader reader("MEMBERS", variables);
  ReadCommon(reader);
  ReadServerOptions(reader);
  const absl::Status status = reader.Finish();
  EXPECT_EQ(status::ReasonOf(status), "CONFIG_INVALID");
  EXPECT_THAT(Message(status),
              AllOf(HasSubstr("LAUREL_COMMON_CA_FILE is missing"),
                    HasSubstr("LAUREL_COMMON_ENVIRONMENT is none of development, production"),
                    HasSubstr("LAUREL_MEMBERS_KEY_FILE is missing"),
                    HasSubstr("LAUREL_MEMBERS_WORKERS is not from 1 to 1024"),
                    HasSubstr("LAUREL_MEMBERS_DRAIN_SECONDS is not a whole number"),
                    HasSubstr("LAUREL_MEMBERS_POOL_SIZ is unknown"),
                    HasSubstr("LAUREL_COMMON_COLOUR is unknown"), Not(HasSubstr("REWARDS")),
                    Not(HasSubstr("PATH"))));
}

TEST(Reader, RefusesNumbersThatDoNotFit) {
  for (const char* text : {"99999999999999999999", "1.0", " 1", "+1", "0x1", "1e3", "-"}) {
    Reader reader("MEMBERS", {{"LAUREL_MEMBERS_N", text}});
    reader.Int("N", 1, INT64_MIN, INT64_MAX);
    EXPECT_FALSE(reader.Finish().ok()) << text;
  }
  Reader reader("MEMBERS", {{"LAUREL_MEMBERS_N", "-5"}});
  EXPECT_EQ(reader.Int("N", 1, -5, 5), -5);
  EXPECT_TRUE(reader.Finish().ok());
}

TEST(Reader, AnotherSubCommandsNamesMayBeThere) {
  Reader reader("MEMBERS", {{"LAUREL_MEMBERS_OWNER_DSN", "x"}});
  EXPECT_FALSE(reader.Finish().ok());
  reader.Ignore("OWNER_DSN");
  EXPECT_TRUE(reader.Finish().ok());
  Reader migrate("MEMBERS", Valid());
  EXPECT_FALSE(migrate.Finish().ok());
  migrate.IgnoreUnknown();
  EXPECT_TRUE(migrate.Finish().ok());
}

TEST(Reader, ReadsNamedTargets) {
  Reader reader("MEMBERS", {{"LAUREL_MEMBERS_SUBSCRIBERS", "a=1.1.1.1:1,2.2.2.2:2;b=c:3"}});
  const auto targets = reader.NamedTargets("SUBSCRIBERS");
  ASSERT_EQ(targets.size(), 2U);
  EXPECT_EQ(targets[0].name, "a");
  EXPECT_EQ(targets[0].target, "1.1.1.1:1,2.2.2.2:2");
  EXPECT_EQ(targets[1].target, "c:3");
  for (const char* text : {"a", "=x:1", "a=", "a=x:1;a=y:1"}) {
    Reader bad("MEMBERS", {{"LAUREL_MEMBERS_SUBSCRIBERS", text}});
    bad.NamedTargets("SUBSCRIBERS");
    EXPECT_FALSE(bad.Finish().ok()) << text;
  }
}

TEST(Reader, DescribesItselfWithoutSecrets) {
  Reader reader("MEMBERS", {{"LAUREL_MEMBERS_DSN", "host=/run dbname=x password='se cret' user=u"},
                            {"LAUREL_MEMBERS_URL", "postgresql://u:hunter2@h/db?password=hunter3"},
                            {"LAUREL_MEMBERS_TOKEN", "hunter4"}});
  reader.Required("DSN");
  reader.Required("URL");
  EXPECT_EQ(reader.Secret("TOKEN"), "hunter4");
  reader.Int("WORKERS", 16, 1, 99);
  EXPECT_EQ(reader.Describe(),
            "LAUREL_MEMBERS_DSN=host=/run dbname=x password=*** user=u\n"
            "LAUREL_MEMBERS_TOKEN=***\n"
            "LAUREL_MEMBERS_URL=postgresql://u:***@h/db?password=***\n"
            "LAUREL_MEMBERS_WORKERS=16\n");
}

TEST(File, IsReadWholeAndWrittenWhole) {
  const laurel::testing::TempDir dir;
  EXPECT_EQ(status::ReasonOf(ReadFile(dir.Path("none")).status()), "FILE_UNUSABLE");
  ASSERT_TRUE(WriteFileAtomically(dir.Path("f"), "one").ok());
  ASSERT_TRUE(WriteFileAtomically(dir.Path("f"), "two").ok());
  EXPECT_EQ(*ReadFile(dir.Path("f")), "two");
  EXPECT_FALSE(WriteFileAtomically(dir.Path("no/such/f"), "x").ok());
  EXPECT_FALSE(ReadFile(dir.Path("")).ok());  // a folder
}

}  // namespace
}  // namespace laurel::config
