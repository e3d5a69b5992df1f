// The handlers of LedgerService, one per rpc, each in the file of its name, and what they share.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "laurel/members/v1/ledger.pb.h"
#include "lib/server/call.h"
#include "members-svc/deps.h"
#include "members-svc/domain/program_rules.h"
#include "members-svc/ledger/batch_state.h"

namespace laurel::members::handlers {

absl::Status GetBalanceAsOf(const Deps& deps, const server::Call& call,
                            const v1::GetBalanceAsOfRequest& request,
                            v1::GetBalanceAsOfResponse* response);
absl::Status GetSchedule(const Deps& deps, const server::Call& call,
                         const v1::GetScheduleRequest& request, v1::GetScheduleResponse* response);
absl::Status ListLedgerEntries(const Deps& deps, const server::Call& call,
                               const v1::ListLedgerEntriesRequest& request,
                               v1::ListLedgerEntriesResponse* response);
absl::Status GetEntry(const Deps& deps, const server::Call& call,
                      const v1::GetEntryRequest& request, v1::GetEntryResponse* response);
absl::Status ExplainEntry(const Deps& deps, const server::Call& call,
                          const v1::ExplainEntryRequest& request,
                          v1::ExplainEntryResponse* response);
absl::Status GetLiability(const Deps& deps, const server::Call& call,
                          const v1::GetLiabilityRequest& request,
                          v1::GetLiabilityResponse* response);
absl::Status ListSealedRoots(const Deps& deps, const server::Call& call,
                             const v1::ListSealedRootsRequest& request,
                             v1::ListSealedRootsResponse* response);

// The programme's rules, when the member is one of its own. MEMBER_NOT_FOUND.
absl::StatusOr<std::shared_ptr<const ProgramRules>> RulesForMember(const Deps& deps, db::Tx& tx,
                                                                   const base::Uuid& program_id,
                                                                   const base::Uuid& member_id);
// NOT_FOUND, WALLET_TYPE_NOT_FOUND. Empty code: `points`.
absl::StatusOr<const WalletTypeRules*> WalletTypeOf(const ProgramRules& rules,
                                                    const std::string& code);
// The code of a wallet type by its number.
std::string CodeOf(const ProgramRules& rules, int wallet_no);
// A member's entry. NOT_FOUND, ENTRY_NOT_FOUND.
absl::StatusOr<WrittenEntry> FindEntry(db::Tx& tx, const ProgramRules& rules,
                                       const base::Uuid& member_id, const base::Uuid& entry_id);

}  // namespace laurel::members::handlers
