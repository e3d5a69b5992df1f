#include "tests/bench/ledger_fill.h"

#include <algorithm>

#include "absl/time/clock.h"
#include "lib/base/bucket.h"
#include "lib/status/error.h"
#include "members-svc/ledger/command.h"
#include "members-svc/ledger/request_key.h"

namespace laurel::bench {
namespace {

using members::LedgerEntry;

constexpr int64_t kOpening = 1000000;

constexpr char kMembers[] =
    "members (bucket, member_id, program_id, state, wrapped_key, sealed_profile, join_us, "
    "create_us, version)";
constexpr char kEntries[] =
    " (bucket, owner_id, wallet_no, seq, day, kind, account, program_id, create_us, occur_us, "
    "active_delta, pending_delta, reserved_delta, active_after, pending_after, reserved_after, "
    "activate_us, expire_us, order_id, reservation_id, refunded_seq, request_key, content_hash, "
    "detail, lots, hash)";
constexpr char kWallets[] =
    "wallets (bucket, owner_id, wallet_no, program_id, seq, active, pending, reserved, "
    "lifetime_earned, lifetime_spent, lifetime_expired, last_us, hash, lots, lifetime_reversed, "
    "lifetime_adjusted, next_due_us)";

int DayOfUs(int64_t us) { return members::DayOf(absl::FromUnixMicros(us)); }

}  // namespace

absl::StatusOr<LedgerFill> LedgerFill::Begin(const std::string& admin_dsn,
                                             const std::string& program_id, int members) {
  LedgerFill fill;
  LAUREL_ASSIGN_OR_RETURN(fill.connection_,
                          Connect(admin_dsn + " options='-c search_path=members'"));
  fill.ids_ = std::make_unique<base::IdSource>();
  const auto program = base::DecodeId("prg", program_id);
  if (!program) return absl::InvalidArgumentError(program_id);
  const absl::Time now = absl::Now();
  for (int i = 0; i < members; ++i) {
    const base::Uuid id = fill.ids_->Next(now);
    fill.owners_.push_back({{*program, id, 1}, base::BucketOf(id), {}});
  }
  std::sort(fill.owners_.begin(), fill.owners_.end(), [](const Owner& a, const Owner& b) {
    return std::tie(a.bucket, a.id.owner_id) < std::tie(b.bucket, b.id.owner_id);
  });
  LAUREL_RETURN_IF_ERROR(fill.WriteMembers());
  return fill;
}

// Personal data that nothing opens: a post reads a member's programme and state.
absl::Status LedgerFill::WriteMembers() {
  const int64_t now_us = absl::ToUnixMicros(absl::Now());
  LAUREL_ASSIGN_OR_RETURN(const auto copy, CopyRows::Begin(*connection_, kMembers, 9));
  for (const Owner& owner : owners_) {
    copy->Row();
    copy->Int32(owner.bucket);
    copy->Id(owner.id.owner_id);
    copy->Id(owner.id.program_id);
    copy->Int16(1);
    copy->Bytes(std::string(72, 'k'));
    copy->Bytes(std::string(64, 'p'));
    copy->Int64(now_us);
    copy->Int64(now_us);
    copy->Int32(1);
  }
  return copy->End();
}

std::vector<std::string> LedgerFill::MemberIds() const {
  std::vector<std::string> ids;
  for (const Owner& owner : owners_) ids.push_back(base::EncodeId("mem", owner.id.owner_id));
  return ids;
}

absl::Status LedgerFill::Record(int64_t from_us, const Story& story) {
  const std::string day = std::to_string(DayOfUs(from_us));
  LAUREL_RETURN_IF_ERROR(RunSql(*connection_, "SELECT ensure_day(" + day + ")").status());
  LAUREL_ASSIGN_OR_RETURN(const auto copy,
                          CopyRows::Begin(*connection_, "entries_d" + day + kEntries, 26));
  if (!filled_.ends_with("entries_d" + day)) filled_ += ", entries_d" + day;
  const members::v1::WalletType policy;
  std::vector<LedgerEntry> entries;
  for (size_t i = 0; i < owners_.size(); ++i) {
    Owner& owner = owners_[i];
    const members::Moment moment{policy, from_us + static_cast<int64_t>(i)};
    entries.clear();
    for (const members::Credit& credit : story(i, moment.now_us)) {
      const size_t main = entries.size();
      LAUREL_RETURN_IF_ERROR(
          credit.amount > 0
              ? members::Earn(owner.wallet, moment, credit, entries)
              : members::Spend(owner.wallet, moment, -credit.amount, credit.occur_us, entries));
      LedgerEntry& entry = entries[main];
      entry.request_key = ids_->Next(absl::FromUnixMicros(moment.now_us));
      entry.content_hash = std::string(members::kContentHashBytes, 'c');
      members::v1::Entry detail;
      detail.set_request_id(base::ToString(entry.request_key));
      entry.detail = detail.SerializeAsString();
    }
    for (LedgerEntry& entry : entries) {
      entry.hash = members::ChainHash(owner.wallet.hash, owner.id, entry);
      owner.wallet.hash = entry.hash;
      WriteEntry(*copy, owner, entry);
    }
  }
  return copy->End();
}

void LedgerFill::WriteEntry(CopyRows& copy, const Owner& owner, const LedgerEntry& entry) {
  copy.Row();
  copy.Int32(owner.bucket);
  copy.Id(owner.id.owner_id);
  copy.Int16(owner.id.wallet_no);
  copy.Int64(entry.seq);
  copy.Int32(DayOfUs(entry.create_us));
  copy.Int16(static_cast<int>(entry.kind));
  copy.Int16(static_cast<int>(entry.account));
  copy.Id(owner.id.program_id);
  copy.Int64(entry.create_us);
  copy.Int64(entry.occur_us);
  copy.Int64(entry.active_delta);
  copy.Int64(entry.pending_delta);
  copy.Int64(entry.reserved_delta);
  copy.Int64(entry.active_after);
  copy.Int64(entry.pending_after);
  copy.Int64(entry.reserved_after);
  copy.Int64OrNull(entry.activate_us, 0);
  copy.Int64OrNull(entry.expire_us, members::kNeverUs);
  copy.IdOrNull(entry.order_id);
  copy.IdOrNull(entry.reservation_id);
  copy.Int64OrNull(entry.refunded_seq, 0);
  copy.IdOrNull(entry.request_key);
  copy.BytesOrNull(entry.content_hash);
  copy.BytesOrNull(entry.detail);
  copy.BytesOrNull(members::PackLots(entry.lots));
  copy.Bytes(entry.hash);
  ++entry_count_;
}

absl::Status LedgerFill::End() {
  LAUREL_ASSIGN_OR_RETURN(const auto copy, CopyRows::Begin(*connection_, kWallets, 17));
  for (const Owner& owner : owners_) {
    const members::Wallet& wallet = owner.wallet;
    copy->Row();
    copy->Int32(owner.bucket);
    copy->Id(owner.id.owner_id);
    copy->Int16(owner.id.wallet_no);
    copy->Id(owner.id.program_id);
    copy->Int64(wallet.seq);
    copy->Int64(wallet.active);
    copy->Int64(wallet.pending);
    copy->Int64(wallet.reserved);
    copy->Int64(wallet.lifetime_earned);
    copy->Int64(wallet.lifetime_spent);
    copy->Int64(wallet.lifetime_expired);
    copy->Int64(wallet.last_us);
    copy->Bytes(wallet.hash);
    copy->Bytes(members::PackLots(wallet.lots));
    copy->Int64(wallet.lifetime_reversed);
    copy->Int64(wallet.lifetime_adjusted);
    copy->Int64(members::NextDueUs(wallet.lots));
  }
  LAUREL_RETURN_IF_ERROR(copy->End());
  // Only these: a partition that was empty when it was vacuumed is planned as empty for ever after.
  return RunSql(*connection_, "VACUUM ANALYZE " + filled_).status();
}

absl::StatusOr<std::vector<std::string>> FillOpening(const std::string& admin_dsn,
                                                     const std::string& program_id, int members,
                                                     absl::Duration ago) {
  LAUREL_ASSIGN_OR_RETURN(LedgerFill fill, LedgerFill::Begin(admin_dsn, program_id, members));
  const int64_t from_us = absl::ToUnixMicros(absl::Now() - ago) - 2 * members;
  LAUREL_RETURN_IF_ERROR(fill.Record(from_us, [](size_t, int64_t now_us) {
    return std::vector<members::Credit>{{.amount = kOpening, .occur_us = now_us}};
  }));
  LAUREL_RETURN_IF_ERROR(fill.End());
  return fill.MemberIds();
}

}  // namespace laurel::bench
