#include "members-svc/domain/job_rows.h"

#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"

namespace laurel::members {
namespace {

constexpr size_t kMaxViolations = 100;

class Checker {
 public:
  Checker(v1::JobKind kind, const absl::flat_hash_set<base::Uuid>& members,
          const std::function<bool(const base::Uuid&)>& is_entry_here)
      : kind_(kind), members_(members), is_entry_here_(is_entry_here) {}

  void Check(const v1::JobRow& row, int index) {
    path_ = absl::StrCat("rows[", index, "].");
    const auto member = base::DecodeId("mem", row.member_id());
    if (!member || !members_.contains(*member)) Wrong("memberId", "is no member of the programme");
    if (kind_ == v1::JOB_KIND_ACTIVATE || kind_ == v1::JOB_KIND_CANCEL) {
      CheckAccrual(row);
      return;
    }
    if (!row.accrual_entry_id().empty()) Wrong("accrualEntryId", "has no meaning in this job");
    if (kind_ == v1::JOB_KIND_ADJUST && row.amount() == 0) Wrong("amount", "must not be 0");
    if (kind_ == v1::JOB_KIND_EXPIRE && row.amount() < 0) Wrong("amount", "must not be below 0");
  }

  std::vector<status::Violation> Take() { return std::move(violations_); }

 private:
  void CheckAccrual(const v1::JobRow& row) {
    if (row.amount() != 0) Wrong("amount", "has no meaning in this job");
    const auto id = base::DecodeId("ent", row.accrual_entry_id());
    if (!id || !is_entry_here_(*id)) {
      Wrong("accrualEntryId", "is no entry of this wallet type");
    } else if (!accruals_.insert({row.member_id(), *id}).second) {
      Wrong("accrualEntryId", "stands twice");
    }
  }

  void Wrong(std::string_view field, std::string_view what) {
    if (violations_.size() >= kMaxViolations) return;
    violations_.push_back({path_ + std::string(field), std::string(what)});
  }

  const v1::JobKind kind_;
  const absl::flat_hash_set<base::Uuid>& members_;
  const std::function<bool(const base::Uuid&)>& is_entry_here_;
  std::string path_;
  absl::flat_hash_set<std::pair<std::string, base::Uuid>> accruals_;
  std::vector<status::Violation> violations_;
};

}  // namespace

std::vector<status::Violation> CheckJob(
    const v1::CreateJobRequest& request, const absl::flat_hash_set<base::Uuid>& members,
    const std::function<bool(const base::Uuid&)>& is_entry_here) {
  if (!v1::JobKind_IsValid(request.kind())) return {{"kind", "is not known"}};
  Checker checker(request.kind(), members, is_entry_here);
  for (int i = 0; i < request.rows_size(); ++i) checker.Check(request.rows(i), i);
  return checker.Take();
}

int64_t TotalOf(const v1::CreateJobRequest& request) {
  int64_t total = 0;
  for (const v1::JobRow& row : request.rows()) total += std::abs(row.amount());
  return total;
}

}  // namespace laurel::members
