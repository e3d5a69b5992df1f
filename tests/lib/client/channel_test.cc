#include "lib/client/channel.h"

#include <gtest/gtest.h>

#include "lib/base/clock.h"
#include "lib/status/error.h"
#include "tests/lib/support/certificates.h"

namespace laurel::client {
namespace {

std::string TargetOf(const std::string& text) {
  const auto target = GrpcTarget(text);
  return target.ok() ? *target : status::ReasonOf(target.status());
}

TEST(Target, IsWhatGrpcUnderstands) {
  EXPECT_EQ(TargetOf("127.0.0.1:7001"), "ipv4:127.0.0.1:7001");
  EXPECT_EQ(TargetOf("localhost:7001"), "ipv4:127.0.0.1:7001");
  EXPECT_EQ(TargetOf("10.0.0.1:1,10.0.0.2:2"), "ipv4:10.0.0.1:1,10.0.0.2:2");
  EXPECT_EQ(TargetOf("[::1]:7001,[::2]:7001"), "ipv6:[::1]:7001,[::2]:7001");
  EXPECT_EQ(TargetOf("members-svc.laurel:7001"), "dns:///members-svc.laurel:7001");
}

TEST(Target, MalformedOnesAreRefused) {
  for (const char* text :
       {"", ":1", "host", "host:", "host:0", "host:65536", "host:x", "a:1,b:1", "10.0.0.1:1,host:1",
        "10.0.0.1:1,[::1]:1", "10.0.0.1:1,", "ho st:1", "unix:/tmp/x:1", "dns:///x:1"}) {
    EXPECT_EQ(TargetOf(text), "TARGET_INVALID") << text;
  }
}

TEST(Channel, NeedsAPeerNameAndFiles) {
  const testing::Authority authority;
  const tls::Files files = authority.Issue("rewards");
  EXPECT_TRUE(NewChannel({.target = "127.0.0.1:1", .peer_name = "members", .files = files}).ok());
  EXPECT_FALSE(NewChannel({.target = "127.0.0.1:1", .peer_name = "", .files = files}).ok());
  EXPECT_FALSE(NewChannel({.target = "127.0.0.1:1", .peer_name = "members", .files = {}}).ok());
}

TEST(Context, TakesTheRestOfTheDeadline) {
  const base::SystemClock clock;
  const absl::Time now = clock.Now();
  const auto deadline_of = [](const trace::Scope& scope, absl::Duration at_most) {
    return absl::FromChrono(NewContext(scope, at_most)->deadline());
  };
  const trace::Scope scope{.deadline = now + absl::Seconds(60), .trace = trace::New()};
  EXPECT_LT(absl::AbsDuration(deadline_of(scope, absl::InfiniteDuration()) - scope.deadline),
            absl::Seconds(1));
  EXPECT_LT(deadline_of(scope, absl::Seconds(1)), now + absl::Seconds(50));
  EXPECT_LT(absl::AbsDuration(deadline_of(scope, absl::Hours(1)) - scope.deadline),
            absl::Seconds(1));
  EXPECT_LT(Background(absl::Seconds(5)).deadline, clock.Now() + absl::Seconds(6));
  EXPECT_FALSE(Background(absl::Seconds(5)).trace.IsZero());
}

}  // namespace
}  // namespace laurel::client
