#include "rewards-svc/handlers/convert.h"

#include "lib/base/timestamps.h"

namespace laurel::rewards::handlers {

base::Uuid IdIn(std::string_view prefix, std::string_view text) {
  return base::DecodeId(prefix, text).value_or(base::Uuid{});
}

Reward FromProto(const v1::Reward& proto) {
  Reward reward;
  reward.display_name = proto.display_name();
  reward.description = proto.description();
  reward.wallet_type = proto.wallet_type().empty() ? "points" : proto.wallet_type();
  reward.price_points = proto.price_points();
  reward.stock_limited = proto.stock_limited();
  reward.stock = proto.stock();
  if (proto.has_start_time()) reward.start_time = base::FromTimestamp(proto.start_time());
  if (proto.has_end_time()) reward.end_time = base::FromTimestamp(proto.end_time());
  return reward;
}

v1::Reward ToProto(const Reward& reward) {
  v1::Reward proto;
  proto.set_reward_id(base::EncodeId("rwd", reward.reward_id));
  proto.set_display_name(reward.display_name);
  proto.set_description(reward.description);
  proto.set_wallet_type(reward.wallet_type);
  proto.set_price_points(reward.price_points);
  proto.set_stock_limited(reward.stock_limited);
  proto.set_stock(reward.stock);
  if (reward.start_time) base::SetTimestamp(*reward.start_time, proto.mutable_start_time());
  if (reward.end_time) base::SetTimestamp(*reward.end_time, proto.mutable_end_time());
  base::SetTimestamp(reward.create_time, proto.mutable_create_time());
  return proto;
}

v1::Redemption ToProto(const Redemption& redemption) {
  v1::Redemption proto;
  proto.set_redemption_id(base::EncodeId("rdm", redemption.redemption_id));
  proto.set_member_id(base::EncodeId("mem", redemption.member_id));
  proto.set_reward_id(base::EncodeId("rwd", redemption.reward_id));
  proto.set_state(static_cast<v1::RedemptionState>(redemption.state));
  proto.set_points(redemption.points);
  proto.set_wallet_type(redemption.wallet_type);
  if (ShowsCode(redemption)) proto.set_coupon_code(redemption.coupon_code);
  proto.set_reason(redemption.reason);
  base::SetTimestamp(redemption.create_time, proto.mutable_create_time());
  base::SetTimestamp(redemption.update_time, proto.mutable_update_time());
  return proto;
}

}  // namespace laurel::rewards::handlers
