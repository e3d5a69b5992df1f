#include "members-svc/ledger/store_grants.h"

#include <map>
#include <tuple>

#include "lib/outbox/outbox.h"
#include "members-svc/store/attribute_store.h"
#include "members-svc/store/occasion_store.h"

namespace laurel::members {
namespace {

events::v1::Event EventOf(base::IdSource& ids, const CampaignGrant& grant, absl::Time now) {
  const members::v1::RuleResult& result = grant.result;
  const bool reward = !result.granted_reward_id().empty();
  const std::string program = base::EncodeId("prg", grant.program_id);
  const std::string member = base::EncodeId("mem", grant.member_id);
  const std::string grant_id =
      base::EncodeId("grt", GrantIdOf(grant.request_key, result.campaign_id()));
  events::v1::Event event = outbox::MakeEvent({.id = ids.Next(now),
                                               .source = "members",
                                               .subject = reward ? grant_id : member,
                                               .program_id = program,
                                               .member_id = member,
                                               .time = now,
                                               .traceparent = ""});
  if (reward) {
    auto* granted = event.mutable_reward_granted();
    granted->set_grant_id(grant_id);
    granted->set_reward_id(result.granted_reward_id());
    granted->set_campaign_id(result.campaign_id());
    granted->set_campaign_version(result.campaign_version());
  } else {
    auto* changed = event.mutable_attribute_changed();
    changed->set_name(result.set_attribute_name());
    changed->set_value(result.set_attribute_value());
    changed->set_campaign_id(result.campaign_id());
  }
  return event;
}

// In the order of their keys.
std::vector<AttributeValue> AttributesOf(const BatchState& state) {
  std::map<std::tuple<base::Uuid, base::Uuid, std::string>, std::string> values;
  for (const CampaignGrant& grant : state.grants) {
    const std::string& name = grant.result.set_attribute_name();
    if (name.empty()) continue;
    values[{grant.program_id, grant.member_id, name}] = grant.result.set_attribute_value();
  }
  std::vector<AttributeValue> out;
  out.reserve(values.size());
  for (const auto& [key, value] : values) {
    out.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), value});
  }
  return out;
}

// Returns that campaigns run for.
std::vector<Occasion> OccasionsOf(const BatchState& state) {
  std::vector<Occasion> out;
  for (const StoredReturn& row : state.new_returns) {
    const auto rules = state.rules.find(row.program_id);
    if (rules == state.rules.end() || !Runs(*rules->second, kOrderReturnedKey)) continue;
    out.push_back(ReturnOf(row.program_id, row.member_id, row.order_id, row.return_no,
                           absl::FromUnixMicros(row.occur_us)));
  }
  return out;
}

}  // namespace

base::Uuid GrantIdOf(const base::Uuid& request_key, std::string_view campaign_id) {
  std::string text = base::ToBytes(request_key);
  text += campaign_id;
  return base::HashedUuid(text);
}

void StoreGrants(db::Pipeline& tx, base::IdSource& ids, BatchState& state) {
  const absl::Time now = absl::FromUnixMicros(state.now_us);
  for (const CampaignGrant& grant : state.grants) state.events.push_back(EventOf(ids, grant, now));
  SendAttributes(tx, AttributesOf(state), now);
  SendOccasions(tx, OccasionsOf(state), now);
}

}  // namespace laurel::members
