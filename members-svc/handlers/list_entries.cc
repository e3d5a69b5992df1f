#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "lib/base/bucket.h"
#include "lib/page/page.h"
#include "lib/status/error.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/ledger/answers.h"
#include "members-svc/store/campaign_cache.h"
#include "members-svc/store/household_store.h"
#include "members-svc/store/ledger_rows.h"
#include "members-svc/store/wallet_reads.h"

namespace laurel::members::handlers {

absl::Status ListEntries(const Deps& deps, const server::Call& call,
                         const v1::ListEntriesRequest& request, v1::ListEntriesResponse* response) {
  const base::Uuid program_id = *base::DecodeId("prg", request.program_id());
  const base::Uuid member_id = *base::DecodeId("mem", request.member_id());
  const std::string filter =
      absl::StrCat("ListEntries/", request.member_id(), "/", request.wallet_type());
  LAUREL_ASSIGN_OR_RETURN(const std::string position, page::Position(request.page_token(), filter));
  int64_t before = kNeverUs;
  if (!position.empty() && !absl::SimpleAtoi(position, &before)) {
    return absl::InternalError("a page token of our own does not parse");
  }
  const int64_t size = page::Size(request.page_size());
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    response->Clear();
    LAUREL_RETURN_IF_ERROR(CheckMember(tx, program_id, member_id));
    LAUREL_ASSIGN_OR_RETURN(const auto rules, deps.campaigns.Current(tx, program_id));
    const WalletTypeRules* type = rules->FindWalletType(request.wallet_type());
    if (type == nullptr) {
      return status::NotFound("WALLET_TYPE_NOT_FOUND", "No such wallet type.");
    }
    LAUREL_ASSIGN_OR_RETURN(const base::Uuid owner,
                            WalletOwnerOf(tx, program_id, member_id, *type));
    LAUREL_ASSIGN_OR_RETURN(
        const db::Rows rows,
        tx.Query("list_entries", base::BucketOf(owner), owner, type->wallet_no, before, size + 1));
    for (size_t i = 0; i < rows.size() && i < static_cast<size_t>(size); ++i) {
      LAUREL_ASSIGN_OR_RETURN(const WrittenEntry entry, EntryOf(rows[i]));
      *response->add_entries() = ToProto(entry.wallet, type->policy.code(), entry.entry);
    }
    if (rows.size() > static_cast<size_t>(size)) {
      const auto& last = response->entries(response->entries_size() - 1);
      response->set_next_page_token(page::Token(std::to_string(last.seq()), filter));
    }
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
