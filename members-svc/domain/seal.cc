#include "members-svc/domain/seal.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "lib/base/big_endian.h"
#include "lib/base/sha256.h"

namespace laurel::members {
namespace {

constexpr char kVersion = 1;

std::string Named(int64_t start_us) {
  return absl::StrCat(
      "the hour of ",
      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixMicros(start_us), absl::UTCTimeZone()),
      ": ");
}

void Fold(const BucketSeal& seal, std::string* fold) {
  base::AppendBigEndian<int64_t>(seal.bucket, fold);
  *fold = base::Sha256(*fold + seal.digest);
}

// Hours are sealed one after another, on each day from the first to the last. `before_us` is the
// hour before in the rows; below zero: none.
void CheckGap(int64_t before_us, int64_t start_us, std::vector<std::string>* faults) {
  constexpr int64_t kDayUs = 24 * kHourUs;
  if (before_us >= 0 && (before_us + kHourUs) % kDayUs != 0) {
    if (start_us == before_us + kHourUs) return;
    faults->push_back(Named(before_us + kHourUs) + "its seal is missing");
  } else if (start_us % kDayUs != 0) {
    faults->push_back(Named(start_us - kHourUs) + "its seal is missing");
  }
}

// The hours' own rows: each over the roots of its programmes.
void CheckHours(const std::vector<SealedRoot>& roots, std::vector<std::string>* faults) {
  std::string previous;
  int64_t before_us = -1;
  for (size_t i = 0; i < roots.size();) {
    const SealedRoot& hour = roots[i];
    CheckGap(before_us, hour.start_us, faults);
    before_us = hour.start_us;
    HourFold fold;
    size_t next = i;
    if (!hour.program_id.IsZero()) {
      faults->push_back(Named(hour.start_us) + "the seal over all programmes is missing");
    } else {
      ++next;
    }
    for (; next < roots.size() && roots[next].start_us == hour.start_us; ++next) {
      fold.AddProgram(roots[next].program_id, roots[next].fold, roots[next].root);
    }
    if (hour.program_id.IsZero()) {
      if (fold != hour.fold || RootOf(hour, previous) != hour.root) {
        faults->push_back(Named(hour.start_us) + "the seal over all programmes does not fit");
      }
      previous = hour.root;
    }
    i = next;
  }
}

}  // namespace

void HourFold::AddHeads(const BucketSeal& seal) {
  wallet_count += seal.count;
  Fold(seal, &heads);
}

void HourFold::AddOrders(const BucketSeal& seal) {
  order_count += seal.count;
  Fold(seal, &orders);
}

void HourFold::AddReturns(const BucketSeal& seal) { Fold(seal, &orders); }

void HourFold::AddProgram(const base::Uuid& program_id, const HourFold& fold,
                          const std::string& root) {
  wallet_count += fold.wallet_count;
  order_count += fold.order_count;
  heads = base::Sha256(heads + base::ToBytes(program_id) + root);
}

void HourFolds::AddHead(int64_t hour_us, int bucket, const WalletId& wallet,
                        const LedgerEntry& newest) {
  if (bucket != heads_bucket_) FlushHeads();
  heads_bucket_ = bucket;
  Texts& texts = heads_[hour_us];
  ++texts.count;
  texts.text += base::ToBytes(wallet.owner_id);
  base::AppendBigEndian<int64_t>(wallet.wallet_no, &texts.text);
  base::AppendBigEndian<int64_t>(newest.seq, &texts.text);
  texts.text += newest.hash;
}

void HourFolds::AddOrder(int bucket, const OrderSeal& order) {
  if (bucket != orders_bucket_) FlushOrders();
  orders_bucket_ = bucket;
  Texts& texts = orders_[HourOf(order.create_us)];
  ++texts.count;
  for (const base::Uuid& id : {order.order_id, order.member_id, order.request_key}) {
    texts.text += base::ToBytes(id);
  }
  for (const int64_t field : {order.create_us, order.occur_us, order.total_minor_units}) {
    base::AppendBigEndian<int64_t>(field, &texts.text);
  }
  texts.text += base::Sha256(order.content_hash);
  texts.text += order.content_digest;
}

void HourFolds::AddReturn(int bucket, const ReturnSeal& returned) {
  if (bucket != returns_bucket_) FlushReturns();
  returns_bucket_ = bucket;
  Texts& texts = returns_[HourOf(returned.create_us)];
  ++texts.count;
  for (const base::Uuid& id : {returned.order_id, returned.member_id, returned.request_key}) {
    texts.text += base::ToBytes(id);
  }
  for (const int64_t field :
       {static_cast<int64_t>(returned.return_no), returned.create_us, returned.occur_us}) {
    base::AppendBigEndian<int64_t>(field, &texts.text);
  }
  texts.text += base::Sha256(returned.content_hash);
  texts.text += returned.content_digest;
}

std::map<int64_t, HourFold> HourFolds::Take() {
  FlushHeads();
  FlushOrders();
  FlushReturns();
  for (const auto& [hour, seal] : folded_returns_) folds_[hour].AddReturns(seal);
  return std::move(folds_);
}

void HourFolds::FlushHeads() {
  for (const auto& [hour, texts] : heads_) {
    folds_[hour].AddHeads({heads_bucket_, texts.count, base::Sha256(texts.text)});
  }
  heads_.clear();
}

void HourFolds::FlushOrders() {
  for (const auto& [hour, texts] : orders_) {
    folds_[hour].AddOrders({orders_bucket_, texts.count, base::Sha256(texts.text)});
  }
  orders_.clear();
}

void HourFolds::FlushReturns() {
  for (const auto& [hour, texts] : returns_) {
    folded_returns_.push_back({hour, {returns_bucket_, texts.count, base::Sha256(texts.text)}});
  }
  returns_.clear();
}

std::string RootOf(const SealedRoot& sealed, const std::string& previous) {
  std::string text(1, kVersion);
  text += previous.empty() ? std::string(32, '\0') : previous;
  text += base::ToBytes(sealed.program_id);
  for (const int64_t field :
       {sealed.start_us, sealed.seal_us, sealed.fold.wallet_count, sealed.fold.order_count}) {
    base::AppendBigEndian<int64_t>(field, &text);
  }
  return base::Sha256(text + sealed.fold.heads + sealed.fold.orders);
}

std::vector<std::string> SealFaults(const base::Uuid& program_id,
                                    const std::vector<SealedRoot>& roots,
                                    const std::map<int64_t, HourFold>& folds) {
  std::vector<std::string> faults;
  CheckHours(roots, &faults);
  std::string previous;
  int64_t sealed_to_us = 0;
  std::set<int64_t> sealed;
  for (const SealedRoot& row : roots) {
    sealed_to_us = std::max(sealed_to_us, row.start_us);
    if (row.program_id != program_id) continue;
    sealed.insert(row.start_us);
    const auto found = folds.find(row.start_us);
    const HourFold now = found == folds.end() ? HourFold{} : found->second;
    const std::string hour = Named(row.start_us);
    if (RootOf(row, previous) != row.root) faults.push_back(hour + "its seal does not fit");
    previous = row.root;
    if (now.heads != row.fold.heads || now.wallet_count != row.fold.wallet_count) {
      faults.push_back(hour + "its wallets' newest entries are not those that were sealed");
    }
    if (now.orders != row.fold.orders || now.order_count != row.fold.order_count) {
      faults.push_back(hour + "its orders are not those that were sealed");
    }
  }
  for (const auto& [start_us, fold] : folds) {
    if (start_us <= sealed_to_us && !sealed.contains(start_us)) {
      faults.push_back(Named(start_us) + "its seal is missing");
    }
  }
  return faults;
}

}  // namespace laurel::members
