#include "lib/log/log.h"

#include <gmock/gmock.h>
#include <jansson.h>

#include <thread>
#include <vector>

#include "tests/lib/support/log_capture.h"

namespace laurel::log {
namespace {

using laurel::testing::LogCapture;

struct Deleter {
  void operator()(json_t* json) const { json_decref(json); }
};
using Json = std::unique_ptr<json_t, Deleter>;

Json Parse(const std::string& line) {
  json_error_t error;
  return Json(json_loads(line.c_str(), JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error));
}

TEST(Log, WritesOneJsonObjectPerLine) {
  LogCapture capture;
  Init("members-svc");
  Warn("relay is behind",
       {{"subscriber", "gamification"}, {"events", uint32_t{7}}, {"late", true}, {"by", -1}});
  ASSERT_EQ(capture.Lines().size(), 1U);
  const std::string line = capture.Lines().front();
  EXPECT_EQ(line.back(), '\n');
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const Json json = Parse(line);
  ASSERT_NE(json, nullptr) << line;
  const auto text = [&](const char* key) {
    return std::string(json_string_value(json_object_get(json.get(), key)));
  };
  EXPECT_EQ(text("program"), "members-svc");
  EXPECT_EQ(text("level"), "warn");
  EXPECT_EQ(text("text"), "relay is behind");
  EXPECT_EQ(text("subscriber"), "gamification");
  EXPECT_THAT(text("ts"), ::testing::MatchesRegex("20..-..-..T..:..:..\\.......Z"));
  EXPECT_EQ(json_integer_value(json_object_get(json.get(), "events")), 7);
  EXPECT_EQ(json_integer_value(json_object_get(json.get(), "by")), -1);
  EXPECT_TRUE(json_is_true(json_object_get(json.get(), "late")));
}

TEST(Log, AnyBytesMakeValidJson) {
  LogCapture capture;
  for (int high = 0; high < 256; ++high) {
    for (const int low : {0x00, 0x0A, 0x22, 0x5C, 0x7F, 0x80, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF}) {
      const std::string bytes = {static_cast<char>(high), static_cast<char>(low), 'x'};
      Info(bytes, {{"value", bytes}});
    }
  }
  for (const char* bytes : {"\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE0\x80\x80", "\xF0\x9F\x98"}) {
    Info(bytes);
  }
  for (const std::string& line : capture.Lines()) EXPECT_NE(Parse(line), nullptr) << line;
}

TEST(Log, KeepsWhatIsWellFormed) {
  EXPECT_EQ(JsonString("é€😀\t\"\\"), "\"é€😀\\u0009\\\"\\\\\"");
  EXPECT_EQ(JsonString("\xFF"
                       "a"),
            "\"\xEF\xBF\xBD"
            "a\"");
}

TEST(Log, LinesOfManyThreadsDoNotMix) {
  LogCapture capture;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int k = 0; k < 100; ++k) Info("tick", {{"k", k}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(capture.Lines().size(), 400U);
  for (const std::string& line : capture.Lines()) EXPECT_NE(Parse(line), nullptr) << line;
}

}  // namespace
}  // namespace laurel::log
