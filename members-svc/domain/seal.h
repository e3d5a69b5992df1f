// Seals of the past: one hash per programme and hour over the newest entry of every wallet that was
// written to, every order and every return of one that was recorded in that hour, and over the seal
// before. Whatever is under a seal cannot be rewritten, not even consistently, without breaking it
// and all later ones. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "members-svc/domain/chain.h"
#include "members-svc/domain/wallet.h"

namespace laurel::members {

inline constexpr int64_t kHourUs = 3600LL * 1000000;

// The start of the hour (UTC) that holds a time, in microseconds.
inline int64_t HourOf(int64_t time_us) { return time_us - time_us % kHourUs; }

// What an order is sealed by: its row, but for its bucket and programme.
struct OrderSeal {
  base::Uuid order_id;
  base::Uuid member_id;
  int64_t create_us = 0;
  int64_t occur_us = 0;
  int64_t total_minor_units = 0;
  base::Uuid request_key;
  std::string content_hash;
  std::string content_digest;  // SHA-256 of the content
};

// What a return of an order is sealed by: its row, but for its bucket and programme.
struct ReturnSeal {
  base::Uuid order_id;
  base::Uuid member_id;
  int return_no = 0;
  int64_t create_us = 0;
  int64_t occur_us = 0;
  base::Uuid request_key;
  std::string content_hash;
  std::string content_digest;  // SHA-256 of the content
};

// Some of the wallets, orders or returns of one hour: those of one bucket, and SHA-256 over their
// texts.
struct BucketSeal {
  int bucket = 0;
  int64_t count = 0;
  std::string digest;
};

// One hour of a programme, folded bucket by bucket: SHA-256 over what was before, the bucket and
// its digest, from 32 zero bytes.
struct HourFold {
  int64_t wallet_count = 0;
  int64_t order_count = 0;
  std::string heads = std::string(32, '\0');
  std::string orders = std::string(32, '\0');

  // In order of buckets.
  void AddHeads(const BucketSeal& seal);
  void AddOrders(const BucketSeal& seal);
  // Into the orders' hash, behind them all; they count as no orders. So an hour without returns is
  // sealed as it was before there were any.
  void AddReturns(const BucketSeal& seal);
  // Into the hour's own row, in order of programme ids.
  void AddProgram(const base::Uuid& program_id, const HourFold& fold, const std::string& root);
  friend bool operator==(const HourFold&, const HourFold&) = default;
};

// Folds a programme's wallets, orders and returns as they are found, all hours at once: what the
// functions seal_heads, seal_orders and seal_returns of the schema make of one hour.
class HourFolds {
 public:
  // The newest entry of a wallet in an hour; in order of (bucket, owner, wallet number).
  void AddHead(int64_t hour_us, int bucket, const WalletId& wallet, const LedgerEntry& newest);
  // In order of (bucket, order id).
  void AddOrder(int bucket, const OrderSeal& order);
  // In order of (bucket, order id, number); before, between or after orders.
  void AddReturn(int bucket, const ReturnSeal& returned);
  // All of them, by hour. Once, at the end.
  std::map<int64_t, HourFold> Take();

 private:
  struct Texts {
    int64_t count = 0;
    std::string text;
  };
  using Stripe = std::map<int64_t, Texts>;  // of one bucket, by hour
  void FlushHeads();
  void FlushOrders();
  void FlushReturns();

  std::map<int64_t, HourFold> folds_;
  int heads_bucket_ = -1;
  int orders_bucket_ = -1;
  Stripe heads_;
  Stripe orders_;
  int returns_bucket_ = -1;
  Stripe returns_;
  std::vector<std::pair<int64_t, BucketSeal>> folded_returns_;  // by hour, to follow the orders
};

// A row of sealed_roots. The zero programme is the hour's own row.
struct SealedRoot {
  base::Uuid program_id;
  int64_t start_us = 0;
  HourFold fold;
  int64_t seal_us = 0;
  std::string root = {};
};

// What `sealed.root` has to be; `previous` is the programme's root before (empty: none).
std::string RootOf(const SealedRoot& sealed, const std::string& previous);

// What is wrong with the seals of one programme: `roots` are all rows there are (of all programmes,
// by hour, then programme), `folds` the programme's hours as they are found now.
std::vector<std::string> SealFaults(const base::Uuid& program_id,
                                    const std::vector<SealedRoot>& roots,
                                    const std::map<int64_t, HourFold>& folds);

}  // namespace laurel::members
