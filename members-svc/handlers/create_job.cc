#include "lib/base/bucket.h"
#include "lib/status/error.h"
#include "members-svc/domain/job_rows.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/job_handlers.h"
#include "members-svc/ledger/answers.h"
#include "members-svc/store/campaign_cache.h"
#include "members-svc/store/job_store.h"

namespace laurel::members::handlers {
namespace {

absl::StatusOr<absl::flat_hash_set<base::Uuid>> MembersAmong(db::Tx& tx, const base::Uuid& program,
                                                             const v1::CreateJobRequest& request) {
  absl::flat_hash_set<base::Uuid> wanted;
  for (const v1::JobRow& row : request.rows()) {
    if (const auto id = base::DecodeId("mem", row.member_id())) wanted.insert(*id);
  }
  db::ArrayBuilder buckets, ids;
  for (const base::Uuid& id : wanted) {
    buckets.Add(base::BucketOf(id));
    ids.Add(id);
  }
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("find_member_ids", program, buckets.Take(), ids.Take()));
  absl::flat_hash_set<base::Uuid> members;
  for (size_t i = 0; i < rows.size(); ++i) members.insert(rows[i].Uuid(0));
  return members;
}

}  // namespace

absl::Status CreateJob(const Deps& deps, const server::Call& call,
                       const v1::CreateJobRequest& request, v1::CreateJobResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const absl::Time now = deps.clock.Now();
  const base::Uuid id = deps.ids.Next(now);
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "CreateJob", request.request_id()), request, now,
        response, [&]() -> absl::Status {
          LAUREL_ASSIGN_OR_RETURN(const auto rules, deps.campaigns.Current(tx, program));
          const WalletTypeRules* type = rules->FindWalletType(request.wallet_type());
          if (type == nullptr) {
            return status::NotFound("WALLET_TYPE_NOT_FOUND", "No such wallet type.");
          }
          LAUREL_ASSIGN_OR_RETURN(const auto members, MembersAmong(tx, program, request));
          const auto violations = CheckJob(request, members, [&](const base::Uuid& entry) {
            return PlaceOf(entry).wallet_no == type->wallet_no;
          });
          if (!violations.empty()) return status::Invalid("JOB_ROWS_INVALID", violations);
          LAUREL_RETURN_IF_ERROR(InsertJob(tx, program, id, type->policy.code(), request,
                                           call.caller.Principal(), now));
          LAUREL_ASSIGN_OR_RETURN(JobRecord record, GetJobRecord(tx, program, id));
          *response->mutable_job() = std::move(record.job);
          return absl::OkStatus();
        });
  });
}

}  // namespace laurel::members::handlers
