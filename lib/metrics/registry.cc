#include "lib/metrics/registry.h"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <type_traits>

#include "lib/base/check.h"

namespace laurel::metrics {
namespace {

constexpr size_t kMaxSeries = 200;
constexpr char kOther[] = "other";

bool IsName(std::string_view name) {
  return !name.empty() && name.front() >= 'a' && name.front() <= 'z' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

template <typename T>
prometheus::Family<T>& Build(prometheus::Registry& registry, const std::string& name,
                             const std::string& help) {
  if constexpr (std::is_same_v<T, prometheus::Counter>) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
  } else if constexpr (std::is_same_v<T, prometheus::Gauge>) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
  } else {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
  }
}

}  // namespace

template <typename T>
Series<T>::Series(Family family, prometheus::Family<T>& prometheus, std::vector<double> buckets)
    : family_(std::move(family)), prometheus_(prometheus), buckets_(std::move(buckets)) {
  LAUREL_CHECK(!family_.help.empty());
  for (const Label& label : family_.labels) LAUREL_CHECK(IsName(label.name));
}

template <typename T>
T& Series<T>::At(const std::vector<std::string>& values) {
  LAUREL_CHECK(values.size() == family_.labels.size());
  std::vector<std::string> key = values;
  for (size_t i = 0; i < key.size(); ++i) {
    const auto& allowed = family_.labels[i].values;
    if (allowed.empty()) continue;
    if (std::find(allowed.begin(), allowed.end(), key[i]) == allowed.end()) key[i] = kOther;
  }
  const std::scoped_lock lock(mutex_);
  auto found = series_.find(key);
  if (found != series_.end()) return *found->second;
  // The last place is kept for "other".
  if (!key.empty() && series_.size() >= kMaxSeries - 1) {
    key.assign(key.size(), kOther);
    found = series_.find(key);
    if (found != series_.end()) return *found->second;
  }
  prometheus::Labels labels;
  for (size_t i = 0; i < key.size(); ++i) labels[family_.labels[i].name] = key[i];
  T* series = nullptr;
  if constexpr (std::is_same_v<T, prometheus::Histogram>) {
    series = &prometheus_.Add(labels, buckets_);
  } else {
    series = &prometheus_.Add(labels);
  }
  series_.emplace(std::move(key), series);
  return *series;
}

template class Series<prometheus::Counter>;
template class Series<prometheus::Gauge>;
template class Series<prometheus::Histogram>;

Registry::Registry(std::string_view service)
    : prefix_("laurel_" + std::string(service) + "_"),
      registry_(std::make_shared<prometheus::Registry>()) {
  LAUREL_CHECK(IsName(service));
}

Registry::~Registry() = default;

std::string Registry::FullName(std::string_view name, bool counter) const {
  LAUREL_CHECK(IsName(name));
  LAUREL_CHECK(name.ends_with("_total") == counter);
  return prefix_ + std::string(name);
}

Counters& Registry::AddCounters(const Family& family) {
  auto& built = Build<prometheus::Counter>(*registry_, FullName(family.name, true), family.help);
  const std::scoped_lock lock(mutex_);
  counters_.push_back(std::unique_ptr<Counters>(new Counters(family, built, {})));
  return *counters_.back();
}

Gauges& Registry::AddGauges(const Family& family) {
  auto& built = Build<prometheus::Gauge>(*registry_, FullName(family.name, false), family.help);
  const std::scoped_lock lock(mutex_);
  gauges_.push_back(std::unique_ptr<Gauges>(new Gauges(family, built, {})));
  return *gauges_.back();
}

Histograms& Registry::AddHistograms(const Family& family, const std::vector<double>& buckets) {
  LAUREL_CHECK(!buckets.empty() && std::is_sorted(buckets.begin(), buckets.end()));
  auto& built = Build<prometheus::Histogram>(*registry_, FullName(family.name, false), family.help);
  const std::scoped_lock lock(mutex_);
  histograms_.push_back(std::unique_ptr<Histograms>(new Histograms(family, built, buckets)));
  return *histograms_.back();
}

prometheus::Counter& Registry::Counter(std::string_view name, std::string_view help) {
  return AddCounters({.name = std::string(name), .help = std::string(help), .labels = {}}).At({});
}

prometheus::Gauge& Registry::Gauge(std::string_view name, std::string_view help) {
  return AddGauges({.name = std::string(name), .help = std::string(help), .labels = {}}).At({});
}

prometheus::Histogram& Registry::Histogram(std::string_view name, std::string_view help,
                                           const std::vector<double>& buckets) {
  return AddHistograms({.name = std::string(name), .help = std::string(help), .labels = {}},
                       buckets)
      .At({});
}

std::string Registry::Text() const {
  return prometheus::TextSerializer().Serialize(registry_->Collect());
}

void CatchUp(prometheus::Counter& counter, int64_t total) {
  const double missing = static_cast<double>(total) - counter.Value();
  if (missing > 0) counter.Increment(missing);
}

const std::vector<double>& DurationBuckets() {
  static const auto* const kBuckets = new std::vector<double>{
      0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0};
  return *kBuckets;
}

}  // namespace laurel::metrics
