#include "members-svc/jobs/daily_occasions.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "lib/log/log.h"
#include "lib/status/error.h"
#include "members-svc/domain/daily.h"
#include "members-svc/jobs/job_deadline.h"
#include "members-svc/ledger/request_key.h"
#include "members-svc/store/member_store.h"

namespace laurel::members {
namespace {

// Members whose birthdays are hashed together.
constexpr int64_t kHashedAtOnce = 256;
// Of joining; nobody is a member for longer.
constexpr int kMostYears = 150;

// The days on which something was recorded that is at least `days` whole days ago at the beginning
// of a day in `at`, and was not at the beginning of the day before.
int DayOfLastRecord(int day, int days) { return day - days - 1; }

}  // namespace

bool DailyOccasions::AreWanted(const ProgramRules& rules) {
  return Runs(rules, kBirthdayKey) || Runs(rules, kAnniversaryKey) ||
         !InactivityDaysOf(rules).empty();
}

absl::StatusOr<int64_t> DailyOccasions::Queue(const ProgramRules& rules, OccasionDays days,
                                              int bucket) {
  if (Runs(rules, kBirthdayKey)) LAUREL_RETURN_IF_ERROR(HashBirthdays(rules, bucket));
  LAUREL_ASSIGN_OR_RETURN(
      int64_t count, db::TransactFor<int64_t>(
                         deps_.pool, JobDeadline(), [&](db::Tx& tx) -> absl::StatusOr<int64_t> {
                           LAUREL_ASSIGN_OR_RETURN(const int64_t birthdays,
                                                   QueueBirthdays(tx, rules, days, bucket));
                           LAUREL_ASSIGN_OR_RETURN(const int64_t anniversaries,
                                                   QueueAnniversaries(tx, rules, days, bucket));
                           return birthdays + anniversaries;
                         }));
  // After a pause there are many days: each in a transaction of its own.
  for (const int idle : InactivityDaysOf(rules)) {
    for (int day = days.first; day <= days.last; ++day) {
      LAUREL_ASSIGN_OR_RETURN(const int64_t inactive, QueueInactive(rules, day, idle, bucket));
      count += inactive;
    }
  }
  return count;
}

absl::Status DailyOccasions::HashBirthdays(const ProgramRules& rules, int bucket) {
  const std::string program = base::EncodeId("prg", rules.program_id);
  for (bool more = true; more;) {
    LAUREL_RETURN_IF_ERROR(deps_.pool.Transact(JobDeadline(), [&](db::Tx& tx) -> absl::Status {
      LAUREL_ASSIGN_OR_RETURN(
          const db::Rows rows,
          tx.Query("list_members_without_birthday_hash", bucket, rules.program_id, kHashedAtOnce));
      more = static_cast<int64_t>(rows.size()) == kHashedAtOnce;
      if (rows.empty()) return absl::OkStatus();
      std::vector<std::string> hashes;
      db::ArrayBuilder ids, values;
      for (size_t i = 0; i < rows.size(); ++i) {
        const base::Uuid id = rows[i].Uuid(0);
        // One by one: a profile that cannot be opened has no birthday, and keeps nobody else's
        // back.
        const auto member = GetMemberRow(tx, deps_.keys, rules.program_id, id);
        if (!member.ok() && !absl::IsDataLoss(member.status())) return member.status();
        if (!member.ok()) {
          log::Error("a profile cannot be opened", {{"member_id", base::EncodeId("mem", id)}});
        }
        ids.Add(id);
        const std::string hash =
            member.ok() ? BirthdayHashOf(deps_.index, program, member->profile()) : "";
        values.Add(db::Bytes{hash});
      }
      return tx.Query("set_birthday_hashes", bucket, ids.Take(), values.Take()).status();
    }));
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> DailyOccasions::QueueBirthdays(db::Tx& tx, const ProgramRules& rules,
                                                       OccasionDays days, int bucket) const {
  if (!Runs(rules, kBirthdayKey)) return 0;
  const std::string program = base::EncodeId("prg", rules.program_id);
  db::ArrayBuilder hashes, begins, refs;
  for (int day = days.first; day <= days.last; ++day) {
    const absl::CivilDay civil = CivilDayOf(day);
    for (const std::string& birthday : BirthdaysOn(civil)) {
      const std::string hash = BirthdayHash(deps_.index, program, birthday);
      hashes.Add(db::Bytes{hash});
      begins.Add(StartOfDay(day, rules.time_zone));
      const std::string ref = absl::StrCat("birthday/", civil.year());
      refs.Add(std::string_view(ref));
    }
  }
  LAUREL_ASSIGN_OR_RETURN(const db::Rows queued,
                          tx.Query("queue_birthdays", bucket, rules.program_id, hashes.Take(),
                                   begins.Take(), refs.Take(), deps_.clock.Now()));
  return static_cast<int64_t>(queued.affected());
}

absl::StatusOr<int64_t> DailyOccasions::QueueAnniversaries(db::Tx& tx, const ProgramRules& rules,
                                                           OccasionDays days, int bucket) const {
  if (!Runs(rules, kAnniversaryKey)) return 0;
  db::ArrayBuilder froms, tos, begins, years;
  for (int day = days.first; day <= days.last; ++day) {
    for (const JoinWindow& window : JoinWindowsOf(day, kMostYears, rules.time_zone)) {
      froms.Add(window.from);
      tos.Add(window.to);
      begins.Add(StartOfDay(day, rules.time_zone));
      years.Add(window.years);
    }
  }
  LAUREL_ASSIGN_OR_RETURN(const db::Rows queued,
                          tx.Query("queue_anniversaries", bucket, rules.program_id, froms.Take(),
                                   tos.Take(), begins.Take(), years.Take(), deps_.clock.Now()));
  return static_cast<int64_t>(queued.affected());
}

absl::StatusOr<int64_t> DailyOccasions::QueueInactive(const ProgramRules& rules, int day, int idle,
                                                      int bucket) const {
  const int last = DayOfLastRecord(day, idle);
  const absl::Time from = StartOfDay(last, rules.time_zone);
  const absl::Time to = StartOfDay(last + 1, rules.time_zone);
  const std::string key = InactivityKey(idle);
  const std::string ref = absl::StrCat("inactive_since/", absl::FormatCivilTime(CivilDayOf(last)));
  return db::TransactFor<int64_t>(
      deps_.pool, JobDeadline(), [&](db::Tx& tx) -> absl::StatusOr<int64_t> {
        LAUREL_ASSIGN_OR_RETURN(
            const db::Rows queued,
            tx.Query("queue_inactive", bucket, rules.program_id, from, to, DayOf(from), DayOf(to),
                     key, ref, StartOfDay(day, rules.time_zone), deps_.clock.Now()));
        return static_cast<int64_t>(queued.affected());
      });
}

}  // namespace laurel::members
