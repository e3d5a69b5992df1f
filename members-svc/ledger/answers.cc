#include "members-svc/ledger/answers.h"

#include "lib/base/timestamps.h"

namespace laurel::members {
namespace {

namespace pb = members::v1;

absl::Time At(int64_t us) { return absl::FromUnixMicros(us); }

uint64_t OwnerBits(const base::Uuid& owner) {
  return base::HashedUuid(base::ToBytes(owner)).low & 0x3FFFFFFFULL;
}

// What a reservation looked like when `entry` had been written.
pb::Reservation ReservationOf(const WalletId& wallet, std::string_view wallet_type,
                              const LedgerEntry& entry) {
  pb::Entry detail;
  detail.ParseFromString(entry.detail);
  pb::Reservation out;
  out.set_reservation_id(base::EncodeId("rsv", entry.reservation_id));
  out.set_member_id(detail.household_id().empty() ? base::EncodeId("mem", wallet.owner_id)
                                                  : detail.member_id());
  out.set_wallet_type(std::string(wallet_type));
  base::SetTimestamp(At(entry.expire_us), out.mutable_expire_time());
  switch (entry.kind) {
    case pb::ENTRY_KIND_RESERVE:
      out.set_state(pb::RESERVATION_STATE_OPEN);
      out.set_amount(entry.reserved_delta);
      break;
    case pb::ENTRY_KIND_CAPTURE:
      out.set_state(pb::RESERVATION_STATE_CAPTURED);
      out.set_captured_amount(-entry.reserved_delta);
      // A capture's detail keeps what was held in all.
      out.set_amount(detail.reserved_delta());
      break;
    default:
      out.set_state(pb::RESERVATION_STATE_RELEASED);
      out.set_amount(-entry.reserved_delta);
  }
  base::SetTimestamp(entry.reservation_id.TimeOfV7(), out.mutable_create_time());
  return out;
}

}  // namespace

base::Uuid EntryIdOf(const base::Uuid& owner_id, int wallet_no, int64_t create_us, int64_t seq) {
  base::Uuid id;
  id.high =
      static_cast<uint64_t>(create_us / 1000) << 16 | 0x7000 | static_cast<uint64_t>(wallet_no);
  id.low = 2ULL << 62 | OwnerBits(owner_id) << 32 | (static_cast<uint64_t>(seq) & 0xFFFFFFFFULL);
  return id;
}

EntryPlace PlaceOf(const base::Uuid& entry_id) {
  const auto millis = static_cast<int64_t>(entry_id.high >> 16);
  return {static_cast<int>(entry_id.high & 0xFFF),
          static_cast<int64_t>(entry_id.low & 0xFFFFFFFFULL), static_cast<int>(millis / 86400000)};
}

std::optional<std::pair<base::Uuid, int64_t>> CounterpartOf(const LedgerEntry& entry) {
  if (entry.kind != pb::ENTRY_KIND_TRANSFER_OUT && entry.kind != pb::ENTRY_KIND_TRANSFER_IN) {
    return std::nullopt;
  }
  pb::Entry detail;
  detail.ParseFromString(entry.detail);
  const auto owner = base::DecodeId("mem", detail.counterpart_member_id());
  if (!owner || detail.counterpart_seq() == 0) return std::nullopt;
  return std::pair(*owner, detail.counterpart_seq());
}

pb::Entry ToProto(const WalletId& wallet, std::string_view wallet_type, const LedgerEntry& entry) {
  pb::Entry out;
  out.ParseFromString(entry.detail);
  out.set_entry_id(base::EncodeId(
      "ent", EntryIdOf(wallet.owner_id, wallet.wallet_no, entry.create_us, entry.seq)));
  // In a pool the detail names the member that acted.
  if (out.household_id().empty()) out.set_member_id(base::EncodeId("mem", wallet.owner_id));
  out.set_wallet_type(std::string(wallet_type));
  out.set_seq(entry.seq);
  out.set_kind(entry.kind);
  out.set_active_delta(entry.active_delta);
  out.set_pending_delta(entry.pending_delta);
  out.set_reserved_delta(entry.reserved_delta);
  out.set_active_after(entry.active_after);
  out.set_pending_after(entry.pending_after);
  out.set_reserved_after(entry.reserved_after);
  base::SetTimestamp(At(entry.create_us), out.mutable_create_time());
  base::SetTimestamp(At(entry.occur_us), out.mutable_occur_time());
  if (entry.activate_us > 0) base::SetTimestamp(At(entry.activate_us), out.mutable_activate_time());
  if (entry.activate_us < 0) base::SetTimestamp(At(-entry.activate_us), out.mutable_cancel_time());
  out.set_undone_seq(entry.refunded_seq);
  if (entry.expire_us != kNeverUs)
    base::SetTimestamp(At(entry.expire_us), out.mutable_expire_time());
  if (!entry.order_id.IsZero()) out.set_order_id(base::EncodeId("ord", entry.order_id));
  if (!entry.reservation_id.IsZero()) {
    out.set_reservation_id(base::EncodeId("rsv", entry.reservation_id));
  }
  for (const Lot& lot : entry.lots) {
    auto* moved = out.add_lots();
    moved->set_amount(lot.amount);
    if (lot.expire_us != kNeverUs)
      base::SetTimestamp(At(lot.expire_us), moved->mutable_expire_time());
  }
  return out;
}

Outcome OutcomeOf(const WalletId& wallet, std::string_view wallet_type, const LedgerEntry& entry) {
  if (!entry.reservation_id.IsZero()) return ReservationOf(wallet, wallet_type, entry);
  return ToProto(wallet, wallet_type, entry);
}

}  // namespace laurel::members
