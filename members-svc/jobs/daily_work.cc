#include "members-svc/jobs/daily_work.h"

#include <algorithm>

#include "absl/time/clock.h"
#include "laurel/members/v1/daily.pb.h"
#include "lib/base/bucket.h"
#include "lib/base/timestamps.h"
#include "lib/outbox/outbox.h"
#include "lib/status/error.h"
#include "members-svc/domain/daily.h"
#include "members-svc/domain/household.h"
#include "members-svc/jobs/evaluate_segments.h"
#include "members-svc/jobs/evaluate_tiers.h"
#include "members-svc/jobs/job_deadline.h"
#include "members-svc/jobs/settle_due.h"

namespace laurel::members {
namespace {

// Events in one row of the outbox; a consumer takes 2,000 at once.
constexpr size_t kMaxEvents = 1000;
// Members whose history is read together.
constexpr int64_t kTiersAtOnce = 64;

int GreatestNotice(const ProgramRules& rules) {
  int days = 0;
  for (const WalletTypeRules& type : rules.wallet_types) {
    days = std::max(days, type.policy.expiry_notice_days());
  }
  return days;
}

// Who is told of a wallet: its owner, or all who are in the household whose pool it is.
absl::StatusOr<std::vector<std::string>> MembersOf(db::Tx& tx, const base::Uuid& program_id,
                                                   const base::Uuid& owner, int64_t owner_state) {
  if (owner_state != kHouseholdState) return std::vector{base::EncodeId("mem", owner)};
  std::vector<std::string> member_ids;
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("list_household_members", owner, program_id));
  for (size_t i = 0; i < rows.size(); ++i) {
    member_ids.push_back(base::EncodeId("mem", rows[i].Uuid(0)));
  }
  return member_ids;
}

}  // namespace

DailyWork::DailyWork(Deps deps, DailyWorkOptions options)
    : deps_(deps), options_(options), holder_(deps.ids.Next(deps.clock.Now())) {}

absl::StatusOr<bool> DailyWork::Round(const std::atomic<bool>& stopping) {
  LAUREL_RETURN_IF_ERROR(BeginDays());
  LAUREL_ASSIGN_OR_RETURN(const auto run, Claim());
  if (!run) return false;
  if (run->phase == v1::DAILY_PHASE_SETTLE) {
    LAUREL_RETURN_IF_ERROR(SettleSlices(*run, stopping));
  } else if (run->phase == v1::DAILY_PHASE_NOTIFY) {
    LAUREL_RETURN_IF_ERROR(NotifySlices(*run, stopping));
  } else {
    LAUREL_RETURN_IF_ERROR(ReevaluateSlices(*run, stopping));
  }
  return true;
}

absl::Status DailyWork::BeginDays() {
  const absl::Time now = deps_.clock.Now();
  db::Rows programs;
  LAUREL_RETURN_IF_ERROR(deps_.pool.Read(JobDeadline(), [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(programs, tx.Query("list_program_days"));
    return absl::OkStatus();
  }));
  for (size_t i = 0; i < programs.size(); ++i) {
    absl::TimeZone zone;
    if (!absl::LoadTimeZone(std::string(programs[i].Text(1)), &zone)) {
      return absl::InternalError("unknown time zone of a programme");
    }
    const int today = DayNumberOf(now, zone);
    std::optional<int64_t> newest;
    if (!programs[i].IsNull(2)) newest = programs[i].Int(2);
    if (newest && *newest >= today) continue;
    LAUREL_RETURN_IF_ERROR(deps_.pool.Transact(JobDeadline(), [&](db::Tx& tx) {
      return tx.Query("begin_daily_run", programs[i].Uuid(0), today, newest, now).status();
    }));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<DailyWork::Run>> DailyWork::Claim() {
  std::optional<Run> run;
  LAUREL_RETURN_IF_ERROR(deps_.pool.Transact(JobDeadline(), [&](db::Tx& tx) -> absl::Status {
    run.reset();
    // The lease runs by the machine's clock: a manual clock that stands still must not freeze it.
    const absl::Time now = absl::Now();
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                            tx.Query("claim_daily_run", holder_, now, now + options_.lease));
    if (rows.empty()) return absl::OkStatus();
    run = Run{.program_id = rows[0].Uuid(0),
              .day = static_cast<int>(rows[0].Int(1)),
              .prev_day = {},
              .phase = static_cast<int>(rows[0].Int(3)),
              .slice = static_cast<int>(rows[0].Int(4)),
              .fence = rows[0].Int(5)};
    if (!rows[0].IsNull(2)) run->prev_day = static_cast<int>(rows[0].Int(2));
    return absl::OkStatus();
  }));
  return run;
}

absl::Status DailyWork::SettleSlices(const Run& run, const std::atomic<bool>& stopping) {
  const absl::Time end = absl::Now() + options_.round;
  int slice = run.slice;
  int64_t settled = 0;
  while (slice < std::min(kSlices, run.slice + options_.slices) && !stopping && absl::Now() < end) {
    LAUREL_ASSIGN_OR_RETURN(
        const auto some,
        SettleBucket(deps_.pool, deps_.ledger,
                     {.bucket = base::LabelOfSlice(slice), .program_id = run.program_id},
                     deps_.clock.Now(), options_.at_once, stopping));
    settled += some.wallets;
    // What the ledger did not take is settled before the day goes on.
    if (stopping || some.left > 0) break;
    ++slice;
  }
  return deps_.pool.Transact(JobDeadline(),
                             [&](db::Tx& tx) { return Advance(tx, run, slice, settled, 0); });
}

absl::Status DailyWork::ReevaluateSlices(const Run& run, const std::atomic<bool>& stopping) {
  std::vector<StoredTierSet> sets;
  SegmentRules segments;
  std::shared_ptr<const ProgramRules> rules;
  LAUREL_RETURN_IF_ERROR(deps_.pool.Read(JobDeadline(), [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(sets, ListTierSetRows(tx, run.program_id));
    LAUREL_ASSIGN_OR_RETURN(segments, ReadSegmentRules(tx, run.program_id));
    LAUREL_ASSIGN_OR_RETURN(rules, deps_.campaigns.Current(tx, run.program_id));
    return absl::OkStatus();
  }));
  const bool occasions = deps_.occasions != nullptr && DailyOccasions::AreWanted(*rules);
  const absl::Time end = absl::Now() + options_.round;
  int slice = sets.empty() && segments.version == 0 && !occasions ? kSlices : run.slice;
  // The programme's day begins within a day of that of recording.
  const int since_day = run.prev_day.value_or(1) - 1;
  const int last = std::min(kSlices, run.slice + options_.slices);
  int64_t events = 0;
  for (; slice < last && !stopping && absl::Now() < end; ++slice) {
    for (const StoredTierSet& set : sets) {
      LAUREL_ASSIGN_OR_RETURN(const int64_t some,
                              EvaluateBucket(deps_.pool, deps_.ids, set,
                                             {.bucket = base::LabelOfSlice(slice),
                                              .after = {},
                                              .at_us = absl::ToUnixMicros(deps_.clock.Now()),
                                              .since_day = since_day,
                                              .limit = kTiersAtOnce},
                                             stopping, &deps_.campaigns, deps_.on_passed_over));
      events += some;
    }
    // Segments may ask for the tier.
    if (segments.version > 0) {
      LAUREL_ASSIGN_OR_RETURN(
          const int64_t some,
          EvaluateSegmentBucket(
              deps_.pool, {deps_.ids, &deps_.campaigns, deps_.birthdays, deps_.on_passed_over},
              segments,
              {.bucket = base::LabelOfSlice(slice),
               .after = {},
               .at_us = absl::ToUnixMicros(deps_.clock.Now()),
               .since_day = since_day,
               .limit = kTiersAtOnce},
              stopping));
      events += some;
    }
    if (stopping) break;
    if (!occasions) continue;
    // Tiers are of the day before campaigns ask for them.
    LAUREL_RETURN_IF_ERROR(
        deps_.occasions
            ->Queue(*rules, OccasionDaysOf(run.day, run.prev_day), base::LabelOfSlice(slice))
            .status());
  }
  if (events > 0) deps_.relay.Wake();
  return deps_.pool.Transact(JobDeadline(), [&](db::Tx& tx) -> absl::Status {
    if (slice >= kSlices && segments.version > 0) {
      LAUREL_RETURN_IF_ERROR(ComputeQuintiles(tx, run.program_id, deps_.clock.Now()));
    }
    return Advance(tx, run, slice, 0, 0);
  });
}

absl::Status DailyWork::NotifySlices(const Run& run, const std::atomic<bool>& stopping) {
  std::shared_ptr<const ProgramRules> rules;
  LAUREL_RETURN_IF_ERROR(deps_.pool.Read(JobDeadline(), [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(rules, deps_.campaigns.Current(tx, run.program_id));
    return absl::OkStatus();
  }));
  const absl::Time end = absl::Now() + options_.round;
  const int last = std::min(kSlices, run.slice + options_.slices);
  int64_t notified = 0;
  LAUREL_RETURN_IF_ERROR(deps_.pool.Transact(JobDeadline(), [&](db::Tx& tx) -> absl::Status {
    notified = 0;
    int slice = run.slice;
    if (GreatestNotice(*rules) == 0) slice = kSlices;  // nobody is to be told
    while (slice < last && !stopping && absl::Now() < end) {
      LAUREL_ASSIGN_OR_RETURN(const int64_t some,
                              NotifySlice(tx, run, *rules, base::LabelOfSlice(slice)));
      notified += some;
      ++slice;
    }
    return Advance(tx, run, slice, 0, notified);
  }));
  if (notified > 0) deps_.relay.Wake();
  return absl::OkStatus();
}

absl::StatusOr<int64_t> DailyWork::NotifySlice(db::Tx& tx, const Run& run,
                                               const ProgramRules& rules, int bucket) {
  const absl::Time now = deps_.clock.Now();
  const int64_t now_us = absl::ToUnixMicros(now);
  const absl::Time until = StartOfDay(run.day + GreatestNotice(rules), rules.time_zone);
  const std::string program_id = base::EncodeId("prg", run.program_id);
  std::vector<events::v1::Event> events;
  int64_t told = 0;
  absl::Time position = now;
  const auto write = [&]() -> absl::Status {
    if (events.empty()) return absl::OkStatus();
    told += static_cast<int64_t>(events.size());
    return outbox::Write(tx, outbox::Pack(std::move(events), position, deps_.ids.Next(now)));
  };
  base::Uuid owner;
  int64_t wallet_no = 0;
  for (;;) {
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                            tx.Query("read_due_wallets_of", bucket, run.program_id, until, owner,
                                     wallet_no, options_.at_once));
    for (size_t i = 0; i < rows.size(); ++i) {
      owner = rows[i].Uuid(1);
      wallet_no = rows[i].Int(2);
      const WalletTypeRules* type = rules.WalletTypeByNumber(static_cast<int>(wallet_no));
      if (type == nullptr || type->policy.expiry_notice_days() == 0) continue;
      LAUREL_ASSIGN_OR_RETURN(const Lots lots, UnpackLots(rows[i].Bytes(3)));
      // Behind every event of the wallet's entries.
      position = std::max(position, rows[i].Time(4) + absl::Microseconds(1));
      const NoticeWindow window =
          NoticeWindowOf(run.day, run.prev_day, type->policy.expiry_notice_days(), rules.time_zone);
      const std::vector<Notice> notices = NoticesOf(lots, window, now_us);
      if (notices.empty()) continue;
      LAUREL_ASSIGN_OR_RETURN(const std::vector<std::string> member_ids,
                              MembersOf(tx, run.program_id, owner, rows[i].Int(5)));
      for (const std::string& member_id : member_ids) {
        for (const Notice& notice : notices) {
          events::v1::Event& event =
              events.emplace_back(outbox::MakeEvent({.id = deps_.ids.Next(now),
                                                     .source = "members",
                                                     .subject = member_id,
                                                     .program_id = program_id,
                                                     .member_id = member_id,
                                                     .time = now,
                                                     .traceparent = ""}));
          auto* expiring = event.mutable_points_expiring();
          expiring->set_wallet_type(type->policy.code());
          expiring->set_amount(notice.amount);
          base::SetTimestamp(absl::FromUnixMicros(notice.expire_us),
                             expiring->mutable_expire_time());
          if (events.size() < kMaxEvents) continue;
          LAUREL_RETURN_IF_ERROR(write());
          events.clear();
        }
      }
    }
    if (static_cast<int64_t>(rows.size()) < options_.at_once) break;
  }
  LAUREL_RETURN_IF_ERROR(write());
  return told;
}

absl::Status DailyWork::Advance(db::Tx& tx, const Run& run, int slice, int64_t settled,
                                int64_t notified) {
  int phase = run.phase;
  if (slice >= kSlices) {
    slice = 0;
    ++phase;
  }
  std::optional<absl::Time> end;
  if (phase == v1::DAILY_PHASE_DONE) end = deps_.clock.Now();
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("advance_daily_run", run.program_id, run.day, run.fence, phase,
                                   slice, settled, notified, end));
  if (rows.affected() == 1) return absl::OkStatus();
  return absl::CancelledError("the day's lease is another's");
}

}  // namespace laurel::members
