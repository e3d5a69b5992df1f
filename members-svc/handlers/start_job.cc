#include "lib/status/error.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/job_handlers.h"
#include "members-svc/store/campaign_cache.h"
#include "members-svc/store/job_store.h"

namespace laurel::members::handlers {
namespace {

// Whether the job adjusts more than one person may adjust alone.
absl::StatusOr<bool> NeedsTwo(const Deps& deps, db::Tx& tx, const JobRecord& record) {
  if (record.job.kind() != v1::JOB_KIND_ADJUST) return false;
  LAUREL_ASSIGN_OR_RETURN(const auto rules, deps.campaigns.Current(tx, record.program_id));
  const WalletTypeRules* type = rules->FindWalletType(record.job.wallet_type());
  db::ArrayBuilder programs;
  programs.Add(record.program_id);
  LAUREL_ASSIGN_OR_RETURN(const db::Rows limits,
                          tx.Query("read_adjustment_limits", programs.Take()));
  for (size_t i = 0; i < limits.size(); ++i) {
    if (type == nullptr || limits[i].Int(1) != type->wallet_no) continue;
    return limits[i].Int(2) > 0 && record.job.total_amount() > limits[i].Int(2);
  }
  return false;
}

}  // namespace

absl::Status StartJob(const Deps& deps, const server::Call& call,
                      const v1::StartJobRequest& request, v1::StartJobResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const base::Uuid id = base::DecodeId("job", request.job_id()).value_or(base::Uuid{});
  return deps.pool.Transact(call.deadline, [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(const JobRecord before, GetJobRecord(tx, program, id));
    LAUREL_ASSIGN_OR_RETURN(const bool two, NeedsTwo(deps, tx, before));
    const absl::Time now = deps.clock.Now();
    LAUREL_RETURN_IF_ERROR(
        tx.Query("start_job", program, id, call.caller.Principal(), now, two, now - kProposalLife)
            .status());
    LAUREL_ASSIGN_OR_RETURN(JobRecord after, GetJobRecord(tx, program, id));
    if (after.job.state() == v1::JOB_STATE_CREATED) {
      LAUREL_RETURN_IF_ERROR(CheckProposalLives(after.job.create_time(), now));
      return status::Refused("SECOND_PERSON_REQUIRED",
                             "Somebody else than the creator has to start a job of this size.");
    }
    if (after.job.state() == v1::JOB_STATE_CANCELLED) {
      return status::Refused("JOB_STATE", "The job has been cancelled.",
                             {{"state", v1::JobState_Name(after.job.state())}});
    }
    *response->mutable_job() = std::move(after.job);
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
