#include "members-svc/domain/chain.h"

#include "lib/base/big_endian.h"
#include "lib/base/sha256.h"

namespace laurel::members {
namespace {

constexpr char kVersion = 1;

}  // namespace

std::string ChainHash(std::string_view previous, const WalletId& wallet, const LedgerEntry& entry) {
  std::string text;
  text.reserve(512);
  text.push_back(kVersion);
  text += previous.empty() ? std::string(32, '\0') : std::string(previous);
  text += base::ToBytes(wallet.program_id);
  text += base::ToBytes(wallet.owner_id);
  for (const int64_t field :
       {static_cast<int64_t>(wallet.wallet_no), entry.seq, static_cast<int64_t>(entry.kind),
        static_cast<int64_t>(entry.account), entry.create_us, entry.occur_us, entry.active_delta,
        entry.pending_delta, entry.reserved_delta, entry.active_after, entry.pending_after,
        entry.reserved_after, entry.activate_us, entry.expire_us, entry.refunded_seq}) {
    base::AppendBigEndian<int64_t>(field, &text);
  }
  for (const base::Uuid& id : {entry.order_id, entry.reservation_id, entry.request_key}) {
    text += base::ToBytes(id);
  }
  text += base::Sha256(entry.content_hash);
  text += base::Sha256(entry.detail);
  text += base::Sha256(PackLots(entry.lots));
  return base::Sha256(text);
}

}  // namespace laurel::members
