// Seals of the past: one hash per programme and hour over the newest entry of every wallet that was
// written to and every order that was recorded in that hour, and over the seal before. Whatever is
// under a seal cannot be rewritten, not even consistently, without breaking it and all later ones.
// Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "members-svc/domain/wallet.h"

namespace laurel::members {

inline constexpr int64_t kHourUs = 3600LL * 1000000;

// The start of the hour (UTC) that holds a time, in microseconds.
inline int64_t HourOf(int64_t time_us) { return time_us - time_us % kHourUs; }

// What an order is sealed by: its row.
struct OrderSeal {
  int bucket = 0;
  base::Uuid order_id;
  base::Uuid program_id;
  base::Uuid member_id;
  int64_t create_us = 0;
  int64_t occur_us = 0;
  int64_t total_minor_units = 0;
  base::Uuid request_key;
  std::string content_hash;
  std::string content_digest;  // SHA-256 of the content
};

// One hour, folded item by item: SHA-256 over what was before and the item, from 32 zero bytes.
struct HourFold {
  int64_t wallet_count = 0;
  int64_t order_count = 0;
  std::string heads = std::string(32, '\0');
  std::string orders = std::string(32, '\0');

  // In order of (bucket, owner, wallet number).
  void AddHead(const base::Uuid& owner_id, int wallet_no, int64_t seq, const std::string& hash);
  // In order of (bucket, order id).
  void AddOrder(const OrderSeal& order);
  // Into the hour's own row, in order of programme ids.
  void AddProgram(const base::Uuid& program_id, const HourFold& fold, const std::string& root);
  friend bool operator==(const HourFold&, const HourFold&) = default;
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
