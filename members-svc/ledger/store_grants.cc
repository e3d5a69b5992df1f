#include "members-svc/ledger/store_grants.h"

#include <map>
#include <optional>
#include <tuple>
#include <utility>

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

// Attributes as they stand while the batch's grants take effect, one after the other.
class Attributes {
 public:
  explicit Attributes(const BatchState& state) : state_(state) {}

  // Whether that changes it; by what was loaded, or set before in this batch.
  bool Set(const CampaignGrant& grant) {
    const std::string& name = grant.result.set_attribute_name();
    const std::string& value = grant.result.set_attribute_value();
    const auto [place, first] =
        values_.try_emplace({grant.program_id, grant.member_id, name}, value);
    if (first) {
      if (Loaded(grant.member_id, name) != value) return true;
      values_.erase(place);
      return false;
    }
    return std::exchange(place->second, value) != value;
  }

  // In the order of their keys.
  std::vector<AttributeValue> changed() const {
    std::vector<AttributeValue> out;
    out.reserve(values_.size());
    for (const auto& [key, value] : values_) {
      out.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), value});
    }
    return out;
  }

 private:
  std::optional<std::string> Loaded(const base::Uuid& member_id, const std::string& name) const {
    const auto facts = state_.facts.find(member_id);
    if (facts == state_.facts.end()) return std::nullopt;
    const auto value = facts->second.attributes.find(name);
    if (value == facts->second.attributes.end()) return std::nullopt;
    return value->second;
  }

  const BatchState& state_;
  std::map<std::tuple<base::Uuid, base::Uuid, std::string>, std::string> values_;
};

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
  Attributes attributes(state);
  for (const CampaignGrant& grant : state.grants) {
    // What is so already is neither written nor told.
    if (!grant.result.set_attribute_name().empty() && !attributes.Set(grant)) continue;
    state.events.push_back(EventOf(ids, grant, now));
  }
  SendAttributes(tx, attributes.changed(), now);
  SendOccasions(tx, OccasionsOf(state), now);
}

}  // namespace laurel::members
