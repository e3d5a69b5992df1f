// Metrics of one program. Names are laurel_<service>_<what>_<unit>[_total]; labels come from closed
// sets and a family has at most 200 series: a value outside its set, or one series too many, is
// counted under "other", so that no caller can blow the registry up. A malformed name ends the
// program at start. Keep the reference that At() returns where the path is hot.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace laurel::metrics {

// A label and the values it may have. No values: the code itself bounds them (method names).
struct Label {
  std::string name;
  std::vector<std::string> values = {};
};

// A name without its prefix ("points_issued_total"), a help sentence and the labels.
struct Family {
  std::string name;
  std::string help;
  std::vector<Label> labels = {};
};

// The series of one family; T is prometheus::Counter, Gauge or Histogram.
template <typename T>
class Series {
 public:
  // The series with these label values, in the order of the labels. Thread-safe; the reference is
  // good for the registry's life.
  T& At(const std::vector<std::string>& values);

 private:
  friend class Registry;
  Series(Family family, prometheus::Family<T>& prometheus, std::vector<double> buckets);

  const Family family_;
  prometheus::Family<T>& prometheus_;
  const std::vector<double> buckets_;
  std::mutex mutex_;
  std::map<std::vector<std::string>, T*> series_;
};

using Counters = Series<prometheus::Counter>;
using Gauges = Series<prometheus::Gauge>;
using Histograms = Series<prometheus::Histogram>;

class Registry {
 public:
  // `service` is "members" and so on.
  explicit Registry(std::string_view service);
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;
  ~Registry();

  // Names end in _total. The references are good for the registry's life.
  Counters& AddCounters(const Family& family);
  prometheus::Counter& Counter(std::string_view name, std::string_view help);
  // Names end in a unit or a plural noun (_connections, _seconds, _bytes), never _total.
  Gauges& AddGauges(const Family& family);
  prometheus::Gauge& Gauge(std::string_view name, std::string_view help);
  // Upper bounds rise; DurationBuckets() suits seconds.
  Histograms& AddHistograms(const Family& family, const std::vector<double>& buckets);
  prometheus::Histogram& Histogram(std::string_view name, std::string_view help,
                                   const std::vector<double>& buckets);

  // The exposition text, as a scrape sees it.
  std::string Text() const;
  std::shared_ptr<prometheus::Registry> prometheus() const { return registry_; }

 private:
  std::string FullName(std::string_view name, bool counter) const;

  const std::string prefix_;
  std::shared_ptr<prometheus::Registry> registry_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Counters>> counters_;
  std::vector<std::unique_ptr<Gauges>> gauges_;
  std::vector<std::unique_ptr<Histograms>> histograms_;
};

// Brings a counter up to what was counted elsewhere. One thread per counter.
void CatchUp(prometheus::Counter& counter, int64_t total);

// 0.5 ms to 10 s, in seconds.
const std::vector<double>& DurationBuckets();

}  // namespace laurel::metrics
