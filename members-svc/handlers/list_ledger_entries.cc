#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "lib/base/bucket.h"
#include "lib/base/sha256.h"
#include "lib/base/timestamps.h"
#include "lib/page/page.h"
#include "lib/status/error.h"
#include "members-svc/handlers/ledger_handlers.h"
#include "members-svc/ledger/answers.h"
#include "members-svc/ledger/request_key.h"
#include "members-svc/store/household_store.h"
#include "members-svc/store/ledger_rows.h"

namespace laurel::members::handlers {
namespace {

constexpr int64_t kLatestUs = 253402300799LL * 1000000;  // the end of the year 9999

// Everything that selects rows.
std::string FilterOf(const v1::ListLedgerEntriesRequest& request) {
  v1::ListLedgerEntriesRequest filter = request;
  filter.clear_page_size();
  filter.clear_page_token();
  return absl::StrCat("ListLedgerEntries/", base::Sha256(filter.SerializeAsString()));
}

absl::StatusOr<db::Rows> Read(db::Tx& tx, const v1::ListLedgerEntriesRequest& request,
                              const base::Uuid& owner, int wallet_no, int64_t before,
                              int64_t limit) {
  const absl::Time start =
      request.has_start_time() ? base::FromTimestamp(request.start_time()) : absl::UnixEpoch();
  const absl::Time end = request.has_end_time() ? base::FromTimestamp(request.end_time())
                                                : absl::FromUnixMicros(kLatestUs);
  std::optional<base::Uuid> order_id;
  if (!request.order_id().empty()) order_id = base::DecodeId("ord", request.order_id());
  db::ArrayBuilder kinds;
  for (const int kind : request.kinds()) kinds.Add(kind);
  return tx.Query("find_ledger_entries", base::BucketOf(owner), owner, wallet_no, before,
                  kinds.Take(), start, end, DayOf(start), DayOf(end), order_id, limit);
}

}  // namespace

absl::Status ListLedgerEntries(const Deps& deps, const server::Call& call,
                               const v1::ListLedgerEntriesRequest& request,
                               v1::ListLedgerEntriesResponse* response) {
  const base::Uuid program_id = *base::DecodeId("prg", request.program_id());
  const base::Uuid member_id = *base::DecodeId("mem", request.member_id());
  const std::string filter = FilterOf(request);
  LAUREL_ASSIGN_OR_RETURN(const std::string position, page::Position(request.page_token(), filter));
  int64_t before = kNeverUs;
  if (!position.empty() && !absl::SimpleAtoi(position, &before)) {
    return absl::InternalError("a page token of our own does not parse");
  }
  const auto size = static_cast<size_t>(page::Size(request.page_size()));
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    response->Clear();
    LAUREL_ASSIGN_OR_RETURN(const auto rules, RulesForMember(deps, tx, program_id, member_id));
    LAUREL_ASSIGN_OR_RETURN(const WalletTypeRules* type,
                            WalletTypeOf(*rules, request.wallet_type()));
    LAUREL_ASSIGN_OR_RETURN(const base::Uuid owner,
                            WalletOwnerOf(tx, program_id, member_id, *type));
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, Read(tx, request, owner, type->wallet_no, before,
                                                      static_cast<int64_t>(size) + 1));
    for (size_t i = 0; i < std::min(rows.size(), size); ++i) {
      LAUREL_ASSIGN_OR_RETURN(const WrittenEntry entry, EntryOf(rows[i]));
      *response->add_entries() = ToProto(entry.wallet, type->policy.code(), entry.entry);
    }
    if (rows.size() > size) {
      const auto& last = response->entries(response->entries_size() - 1);
      response->set_next_page_token(page::Token(std::to_string(last.seq()), filter));
    }
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
