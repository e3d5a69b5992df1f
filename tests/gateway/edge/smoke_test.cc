#include "tests/gateway/support/rig.h"

namespace laurel::gateway::testing {
namespace {

class GatewayTest : public Rig {};

TEST_F(GatewayTest, AMemberSeesHerself) {
  StartGateway();
  const Answer answer = Get("/v1/members/me", MemberToken());
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.Json("memberId"), kAnna);
}

}  // namespace
}  // namespace laurel::gateway::testing
