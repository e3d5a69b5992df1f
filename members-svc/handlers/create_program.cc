#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/program_validation.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/store/program_store.h"

namespace laurel::members::handlers {
namespace {

std::vector<WalletTypeRules> NumberedTypes(const v1::CreateProgramRequest& request,
                                           absl::Time now) {
  std::vector<WalletTypeRules> out;
  for (const v1::WalletType& type : request.wallet_types()) {
    out.push_back({.wallet_no = static_cast<int>(out.size()) + 1, .policy = type});
    base::SetTimestamp(now, out.back().policy.mutable_create_time());
  }
  return out;
}

absl::Status ProgramExists() {
  return status::Error(absl::StatusCode::kAlreadyExists, "PROGRAM_EXISTS",
                       "There is a programme with this id and other content.");
}

}  // namespace

// Idempotent by the programme's id: it needs no request id.
absl::Status CreateProgram(const Deps& deps, const server::Call& call,
                           const v1::CreateProgramRequest& request,
                           v1::CreateProgramResponse* response) {
  const absl::Time now = deps.clock.Now();
  v1::CreateProgramRequest wanted = request;
  Normalise(&wanted);
  LAUREL_RETURN_IF_ERROR(ValidateProgram(wanted, absl::ToCivilDay(now, absl::UTCTimeZone())));
  const std::string content = idempotency::ContentHash(wanted);
  base::Uuid id = deps.ids.Next(now);
  if (!wanted.program().program_id().empty()) {
    LAUREL_ASSIGN_OR_RETURN(id, ProgramIdOf(wanted.program().program_id()));
  }
  wanted.mutable_program()->set_program_id(base::EncodeId("prg", id));
  base::SetTimestamp(now, wanted.mutable_program()->mutable_create_time());

  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(const bool made, InsertProgram(tx, id, wanted.program(), content));
    if (made) {
      LAUREL_RETURN_IF_ERROR(InsertWalletTypes(tx, id, NumberedTypes(wanted, now)).status());
    }
    LAUREL_ASSIGN_OR_RETURN(ProgramRow row, GetProgramRow(tx, id));
    if (row.content != content) return ProgramExists();
    *response->mutable_program() = std::move(row.program);
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
