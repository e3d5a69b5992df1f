#include <algorithm>

#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/store/program_store.h"

namespace laurel::members::handlers {

absl::Status ListWalletTypes(const Deps& deps, const server::Call& call,
                             const v1::ListWalletTypesRequest& request,
                             v1::ListWalletTypesResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  LAUREL_ASSIGN_OR_RETURN(auto types,
                          db::ReadFor<std::vector<WalletTypeRules>>(
                              deps.pool, call.deadline,
                              [&](db::Tx& tx) -> absl::StatusOr<std::vector<WalletTypeRules>> {
                                LAUREL_RETURN_IF_ERROR(GetProgramRow(tx, program).status());
                                return ListWalletTypeRows(tx, program);
                              }));
  std::sort(types.begin(), types.end(), [](const WalletTypeRules& a, const WalletTypeRules& b) {
    return a.policy.code() < b.policy.code();
  });
  for (WalletTypeRules& type : types) *response->add_wallet_types() = std::move(type.policy);
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
