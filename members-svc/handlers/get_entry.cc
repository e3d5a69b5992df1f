#include "lib/status/error.h"
#include "members-svc/handlers/ledger_handlers.h"
#include "members-svc/ledger/answers.h"

namespace laurel::members::handlers {

absl::Status GetEntry(const Deps& deps, const server::Call& call,
                      const v1::GetEntryRequest& request, v1::GetEntryResponse* response) {
  const base::Uuid program_id = *base::DecodeId("prg", request.program_id());
  const base::Uuid member_id = *base::DecodeId("mem", request.member_id());
  const base::Uuid entry_id = *base::DecodeId("ent", request.entry_id());
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(const auto rules, RulesForMember(deps, tx, program_id, member_id));
    LAUREL_ASSIGN_OR_RETURN(const WrittenEntry found, FindEntry(tx, *rules, member_id, entry_id));
    *response->mutable_entry() =
        ToProto(found.wallet, CodeOf(*rules, found.wallet.wallet_no), found.entry);
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
