// Between the contract's messages and the domain's types.
#pragma once

#include <string_view>

#include "laurel/rewards/v1/reward.pb.h"
#include "lib/base/uuid.h"
#include "rewards-svc/domain/redemption.h"
#include "rewards-svc/domain/reward.h"

namespace laurel::rewards::handlers {

// The id in a field whose rule has checked its form; a zero id, which names nothing, otherwise.
base::Uuid IdIn(std::string_view prefix, std::string_view text);

// reward_id and create_time are the server's: they are not read.
Reward FromProto(const v1::Reward& proto);
v1::Reward ToProto(const Reward& reward);
// The coupon code only while it is the member's: ISSUED and USED.
v1::Redemption ToProto(const Redemption& redemption);

}  // namespace laurel::rewards::handlers
