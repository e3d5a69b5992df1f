#include <curl/curl.h>
#include <gmock/gmock.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "lib/metrics/exposer.h"
#include "lib/metrics/registry.h"
#include "lib/status/error.h"

namespace laurel::metrics {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

size_t Append(char* data, size_t size, size_t count, void* out) {
  static_cast<std::string*>(out)->append(data, size * count);
  return size * count;
}

std::string Get(const std::string& url) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(),
                                                                 curl_easy_cleanup);
  std::string body;
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, Append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &body);
  EXPECT_EQ(curl_easy_perform(curl.get()), CURLE_OK);
  return body;
}

void Fill(Registry& registry) {
  registry
      .AddCounters({.name = "points_issued_total",
                    .help = "Points issued, by how.",
                    .labels = {{"kind", {"order", "adjustment"}}}})
      .At({"order"})
      .Increment(5);
  registry.Gauge("pool_connections", "Open connections.").Set(3);
  registry.Histogram("commit_duration_seconds", "Time of a commit.", DurationBuckets())
      .Observe(0.003);
}

TEST(Metrics, HaveTheProgramsPrefix) {
  Registry registry("members");
  Fill(registry);
  const std::string text = registry.Text();
  EXPECT_THAT(text, HasSubstr("laurel_members_points_issued_total{kind=\"order\"} 5"));
  EXPECT_THAT(text, HasSubstr("laurel_members_pool_connections 3"));
  EXPECT_THAT(text, HasSubstr("laurel_members_commit_duration_seconds_bucket{le=\"0.005\"} 1"));
}

TEST(Metrics, ValuesOutsideTheirSetAreOther) {
  Registry registry("members");
  auto& family = registry.AddCounters(
      {.name = "things_total", .help = "Things.", .labels = {{"kind", {"a"}}}});
  family.At({"mallory"}).Increment();
  family.At({"eve"}).Increment();
  EXPECT_EQ(&family.At({"mallory"}), &family.At({"eve"}));
  EXPECT_THAT(registry.Text(), HasSubstr("laurel_members_things_total{kind=\"other\"} 2"));
  EXPECT_THAT(registry.Text(), Not(HasSubstr("mallory")));
}

TEST(Metrics, AFamilyHasAtMostTwoHundredSeries) {
  Registry registry("members");
  auto& family =
      registry.AddCounters({.name = "things_total", .help = "Things.", .labels = {{"kind", {}}}});
  for (int i = 0; i < 1000; ++i) family.At({std::to_string(i)}).Increment();
  const std::string text = registry.Text();
  int series = 0;
  for (size_t at = 0; (at = text.find("_total{", at)) != std::string::npos; ++at) ++series;
  EXPECT_EQ(series, 200);
  EXPECT_THAT(text, HasSubstr("{kind=\"other\"} 801"));
}

TEST(MetricsDeath, MalformedNamesEndTheProgramAtStart) {
  Registry registry("members");
  EXPECT_DEATH(registry.Counter("things", "A counter without _total."), "check failed");
  EXPECT_DEATH(registry.Gauge("Things", "Capitals."), "check failed");
  EXPECT_DEATH(registry.Gauge("things_total", "No counter."), "check failed");
}

TEST(Metrics, PassPromtool) {
  if (std::system("command -v promtool >/dev/null 2>&1") != 0) {
    GTEST_SKIP() << "promtool is not on the path";
  }
  Registry registry("members");
  Fill(registry);
  FILE* pipe = popen("promtool check metrics 2>&1", "w");
  ASSERT_NE(pipe, nullptr);
  const std::string text = registry.Text();
  std::fwrite(text.data(), 1, text.size(), pipe);
  EXPECT_EQ(pclose(pipe), 0);
}

TEST(Exposer, ServesOnAPortThatItTells) {
  Registry registry("members");
  Fill(registry);
  const auto exposer = Exposer::Start("127.0.0.1:0", registry);
  ASSERT_TRUE(exposer.ok()) << exposer.status();
  ASSERT_GT((*exposer)->port(), 0);
  const std::string address = "127.0.0.1:" + std::to_string((*exposer)->port());
  EXPECT_THAT(Get("http://" + address + "/metrics"),
              HasSubstr("laurel_members_pool_connections 3"));
  EXPECT_EQ(status::ReasonOf(Exposer::Start(address, registry).status()), "NOT_LISTENING");
}

}  // namespace
}  // namespace laurel::metrics
