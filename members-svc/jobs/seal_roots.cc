#include "members-svc/jobs/seal_roots.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "absl/strings/escaping.h"
#include "lib/log/log.h"
#include "lib/status/error.h"
#include "members-svc/domain/seal.h"
#include "members-svc/store/seal_rows.h"

namespace laurel::members {
namespace {

constexpr int64_t kDayUs = 24 * kHourUs;

using Folds = std::map<base::Uuid, HourFold>;  // per programme

// The start of the first hour that is not sealed on a day that has partitions; empty: no such day.
absl::StatusOr<std::optional<int64_t>> NextHour(db::Tx& tx) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows last, tx.Query("find_last_sealed_hour"));
  const int64_t from_us = last[0].IsNull(0) ? 0 : last[0].Int(0) + kHourUs;
  LAUREL_ASSIGN_OR_RETURN(const db::Rows days, tx.Query("list_days"));
  std::optional<int64_t> next;
  for (size_t i = 0; i < days.size(); ++i) {
    const int64_t day_us = days[i].Int(0) * kDayUs;
    if (day_us + kDayUs <= from_us) continue;
    const int64_t hour = std::max(day_us, from_us);
    next = next ? std::min(*next, hour) : hour;
  }
  return next;
}

absl::StatusOr<std::map<base::Uuid, std::string>> PreviousRoots(db::Tx& tx, const Folds& folds,
                                                                int64_t start_us) {
  db::ArrayBuilder programs;
  programs.Add(base::Uuid{});
  for (const auto& [program, fold] : folds) programs.Add(program);
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("read_previous_roots", programs.Take(), start_us));
  std::map<base::Uuid, std::string> out;
  for (size_t i = 0; i < rows.size(); ++i) out[rows[i].Uuid(0)] = rows[i].Bytes(1);
  return out;
}

// Writes the hour's rows, its own first: when that is there, another process has been faster.
absl::Status Store(db::Tx& tx, const Folds& folds, int64_t start_us, int64_t now_us,
                   std::string* root) {
  LAUREL_ASSIGN_OR_RETURN(auto previous, PreviousRoots(tx, folds, start_us));
  std::vector<SealedRoot> rows(1);
  HourFold hour;
  for (const auto& [program, fold] : folds) {
    SealedRoot row{.program_id = program, .start_us = start_us, .fold = fold, .seal_us = now_us};
    row.root = RootOf(row, previous[program]);
    hour.AddProgram(program, fold, row.root);
    rows.push_back(std::move(row));
  }
  rows[0] = {.program_id = {}, .start_us = start_us, .fold = hour, .seal_us = now_us};
  rows[0].root = RootOf(rows[0], previous[base::Uuid{}]);
  *root = rows[0].root;
  for (const SealedRoot& row : rows) {
    LAUREL_ASSIGN_OR_RETURN(const bool inserted, InsertSealedRoot(tx, row));
    if (!inserted) {
      root->clear();
      return absl::OkStatus();
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<bool> SealNextHour(db::Pool& pool, const base::Clock& clock) {
  const int64_t now_us = absl::ToUnixMicros(clock.Now());
  std::optional<int64_t> start_us;
  Folds folds;
  LAUREL_RETURN_IF_ERROR(pool.Read(absl::InfiniteFuture(), [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(start_us, NextHour(tx));
    if (start_us && *start_us + kHourUs + absl::ToInt64Microseconds(kSealAfter) > now_us) {
      start_us.reset();
    }
    if (!start_us) return absl::OkStatus();
    LAUREL_ASSIGN_OR_RETURN(folds, FoldHour(tx, *start_us));
    return absl::OkStatus();
  }));
  if (!start_us) return false;
  std::string root;
  LAUREL_RETURN_IF_ERROR(pool.Transact(absl::InfiniteFuture(), [&](db::Tx& tx) {
    return Store(tx, folds, *start_us, now_us, &root);
  }));
  // Outside the database too, where whoever rewrites the newest seal does not reach it.
  if (!root.empty() && !folds.empty()) {
    log::Info("sealed", {{"hour", absl::FormatTime(absl::FromUnixMicros(*start_us))},
                         {"root", absl::BytesToHexString(root)}});
  }
  return true;
}

}  // namespace laurel::members
