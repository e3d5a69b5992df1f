#include "members-svc/domain/campaign_index.h"

namespace laurel::members {

// Of two lists of one kind, which must both hold, the first is enough to go by.
void CampaignIndex::Find(const v1::LineFilter& filter, Wanted* out) {
  const auto take = [out](Kind kind, const Names& names) {
    if (out->names[kind] == nullptr && !names.empty()) out->names[kind] = &names;
  };
  take(kSku, filter.skus());
  take(kCategory, filter.categories());
  take(kBrand, filter.brands());
  if (out->labels == nullptr && !filter.labels().empty()) out->labels = &filter.labels();
}

// Only what must hold whatever else does: `any` and `not` ask for nothing in particular.
void CampaignIndex::Find(const v1::Condition& condition, Wanted* out) {
  for (const v1::Condition& part : condition.all()) Find(part, out);
  if (out->names[kStore] == nullptr && !condition.stores().empty()) {
    out->names[kStore] = &condition.stores();
  }
  if (out->names[kChannel] == nullptr && !condition.channels().empty()) {
    out->names[kChannel] = &condition.channels();
  }
  if (condition.has_lines()) Find(condition.lines().filter(), out);
}

void CampaignIndex::Add(const v1::Campaign& campaign, bool counts) {
  const auto place = static_cast<uint32_t>(size_++);
  if (counts) counting_.push_back(place);
  Wanted wanted;
  Find(campaign.lines(), &wanted);
  Find(campaign.condition(), &wanted);
  const auto set_free = [place](ByName& names) {
    names.free.resize(place / 64 + 1);
    names.free[place / 64] |= uint64_t{1} << place % 64;
  };
  for (size_t kind = 0; kind < kLabel; ++kind) {
    if (wanted.names[kind] == nullptr) {
      set_free(kinds_[kind]);
    } else {
      for (const std::string& name : *wanted.names[kind]) {
        kinds_[kind].places[name].push_back(place);
      }
    }
  }
  if (wanted.labels == nullptr) {
    set_free(kinds_[kLabel]);
  } else {
    // By value alone: values differ more than keys do.
    for (const v1::LabelMatch& label : *wanted.labels) {
      kinds_[kLabel].places[label.value()].push_back(place);
    }
  }
}

void CampaignIndex::ByName::AddTo(const std::string& name, CampaignSet* out) const {
  const auto found = places.find(name);
  if (found == places.end()) return;
  for (const uint32_t place : found->second) out->Insert(place);
}

CampaignSet CampaignIndex::Candidates(const v1::RecordOrderRequest& order) const {
  CampaignSet out(size_, true);
  for (size_t kind = 0; kind < kKinds; ++kind) {
    const ByName& names = kinds_[kind];
    if (names.places.empty()) continue;
    CampaignSet fit(size_, names.free);
    if (kind == kStore) names.AddTo(order.store(), &fit);
    if (kind == kChannel) names.AddTo(order.channel(), &fit);
    if (kind >= kSku) {
      for (const v1::OrderLine& line : order.lines()) {
        if (kind == kSku) names.AddTo(line.sku(), &fit);
        if (kind == kCategory) names.AddTo(line.category(), &fit);
        if (kind == kBrand) names.AddTo(line.brand(), &fit);
        if (kind != kLabel) continue;
        for (const auto& [key, value] : line.labels()) names.AddTo(value, &fit);
      }
    }
    out.KeepThoseIn(fit);
  }
  return out;
}

}  // namespace laurel::members
