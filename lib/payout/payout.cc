#include "lib/payout/payout.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/time/clock.h"
#include "lib/log/log.h"
#include "lib/status/error.h"

namespace laurel::payout {
namespace {

// Longer than an attempt can take (wallet_payer.cc), so that two workers rarely pay the same row;
// if they do, the request id makes it harmless.
constexpr absl::Duration kClaim = absl::Seconds(30);

absl::Time Soon() { return absl::Now() + absl::Seconds(10); }

std::string RefusalOf(const absl::Status& answer) {
  const std::string reason = status::ReasonOf(answer);
  return reason.empty() ? "REFUSED" : reason;
}

Payout FromRow(const db::Row& row) {
  return {.bucket = static_cast<int>(row.Int(0)),
          .payout_id = row.Uuid(1),
          .program_id = row.Uuid(2),
          .member_id = row.Uuid(3),
          .cause_id = row.Uuid(4),
          .wallet_type = std::string(row.Text(5)),
          .amount = row.Int(6),
          .reason = std::string(row.Text(7)),
          .tries = static_cast<int>(row.Int(8)),
          .request_id = row.Uuid(9),
          .takes_back = row.Bool(10),
          .entry_id = row.IsNull(11) ? base::Uuid{} : row.Uuid(11)};
}

absl::StatusOr<size_t> Write(db::Tx& tx, const char* statement, const std::vector<Payout>& payouts,
                             absl::Time now) {
  const auto column = [&](auto member) {
    return db::ArrayOf(payouts, [member](const Payout& p) { return p.*member; });
  };
  const auto text = [&](std::string Payout::*member) {
    return db::ArrayOf(payouts, [member](const Payout& p) { return std::string_view(p.*member); });
  };
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows written,
      tx.Query(statement, column(&Payout::bucket), column(&Payout::payout_id),
               column(&Payout::program_id), column(&Payout::member_id), column(&Payout::cause_id),
               text(&Payout::wallet_type), column(&Payout::amount), text(&Payout::reason), now));
  return written.affected();
}

// What became of attempts, column by column: settled ones, and those to be tried later.
struct Marks {
  db::ArrayBuilder buckets, ids, requests, refusals, entries;
  db::ArrayBuilder later_buckets, later_ids, later_requests, later_due;
  int64_t paid = 0;
  int64_t taken_back = 0;
  int64_t refused = 0;
  int64_t retried = 0;

  void Settle(const Payout& payout, const Answer& answer) {
    const std::string refusal = answer.ok() ? "" : RefusalOf(answer.status());
    buckets.Add(payout.bucket);
    ids.Add(payout.payout_id);
    requests.Add(payout.request_id);
    refusals.Add(std::string_view(refusal));
    if (answer.ok() && !payout.takes_back) {
      entries.Add(*answer);
    } else {
      entries.AddNull();
    }
    ++(!answer.ok() ? refused : payout.takes_back ? taken_back : paid);
    if (answer.ok()) return;
    log::Warn(payout.takes_back ? "payout not taken back" : "payout refused",
              {{"payout_id", base::ToString(payout.payout_id)},
               {"member_id", base::EncodeId("mem", payout.member_id)},
               {"reason", refusal}});
  }
  void Postpone(const Payout& payout, absl::Time due) {
    later_buckets.Add(payout.bucket);
    later_ids.Add(payout.payout_id);
    later_requests.Add(payout.request_id);
    later_due.Add(due);
    ++retried;
  }
};

}  // namespace

absl::Status Insert(db::Tx& tx, const std::vector<Payout>& payouts, absl::Time now) {
  if (payouts.empty()) return absl::OkStatus();
  return Write(tx, "insert_payouts", payouts, now).status();
}

absl::Status Owe(db::Tx& tx, const std::vector<Payout>& payouts, absl::Time now) {
  if (payouts.empty()) return absl::OkStatus();
  LAUREL_ASSIGN_OR_RETURN(const size_t written, Write(tx, "owe_payouts", payouts, now));
  if (written == payouts.size()) return absl::OkStatus();
  return absl::AlreadyExistsError("a cause owes this member already");
}

absl::Status TakeBack(db::Tx& tx, const std::vector<Undone>& undone, absl::Time now) {
  if (undone.empty()) return absl::OkStatus();
  const auto column = [&](auto member) {
    return db::ArrayOf(undone, [member](const Undone& u) { return u.*member; });
  };
  return tx
      .Query("take_back_payouts", column(&Undone::bucket), column(&Undone::cause_id),
             column(&Undone::member_id), column(&Undone::request_id), now)
      .status();
}

Verdict Judge(const absl::Status& answer) {
  switch (answer.code()) {
    case absl::StatusCode::kOk:
      return Verdict::kDone;
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return Verdict::kRefused;
    default:
      return Verdict::kUnknown;
  }
}

absl::Duration Backoff(int tries) {
  return std::min(absl::Seconds(1) * (int64_t{1} << std::clamp(tries - 1, 0, 20)),
                  absl::Duration(absl::Minutes(5)));
}

Worker::Worker(db::Pool& pool, const base::Clock& clock, const base::Clock& machine_clock,
               metrics::Registry& registry, Pay pay)
    : pool_(pool),
      clock_(clock),
      machine_clock_(machine_clock),
      pay_(std::move(pay)),
      outcomes_(registry.AddCounters(
          {.name = "payouts_total",
           .help = "Attempts to pay points or take them back, by what became of them.",
           .labels = {{"outcome", {"paid", "taken_back", "refused", "retried"}}}})),
      waiting_(registry.Gauge("waiting_payouts", "Payouts that are due and not settled yet.")) {
  for (const char* outcome : {"paid", "taken_back", "refused", "retried"}) outcomes_.At({outcome});
}

absl::StatusOr<std::vector<Payout>> Worker::Claim() {
  return db::TransactFor<std::vector<Payout>>(
      pool_, Soon(), [&](db::Tx& tx) -> absl::StatusOr<std::vector<Payout>> {
        const absl::Time now = machine_clock_.Now();
        LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                                tx.Query("claim_payouts", now, now + kClaim, kMaxBatch));
        std::vector<Payout> claimed;
        claimed.reserve(rows.size());
        for (size_t i = 0; i < rows.size(); ++i) claimed.push_back(FromRow(rows[i]));
        return claimed;
      });
}

absl::StatusOr<bool> Worker::Round() {
  LAUREL_ASSIGN_OR_RETURN(const std::vector<Payout> claimed, Claim());
  absl::flat_hash_map<base::Uuid, std::vector<Payout>> by_program;
  std::vector<Payout> given_up;
  for (const Payout& payout : claimed) {
    const bool too_old = clock_.Now() - payout.request_id.TimeOfV7() > kGiveUpAfter;
    (too_old ? given_up : by_program[payout.program_id]).push_back(payout);
  }
  if (!given_up.empty()) {
    const std::vector<Answer> answers(
        given_up.size(),
        status::Refused("GAVE_UP", "The request id is too old to be asked again."));
    LAUREL_RETURN_IF_ERROR(Mark(given_up, answers));
  }
  for (const auto& [program, payouts] : by_program) {
    LAUREL_RETURN_IF_ERROR(Mark(payouts, pay_(payouts)));
  }
  return static_cast<int64_t>(claimed.size()) == kMaxBatch;
}

absl::Status Worker::Mark(const std::vector<Payout>& payouts, const std::vector<Answer>& answers) {
  Marks marks;
  const absl::Time now = machine_clock_.Now();
  for (size_t i = 0; i < payouts.size(); ++i) {
    if (Judge(answers[i].status()) == Verdict::kUnknown) {
      marks.Postpone(payouts[i], now + Backoff(payouts[i].tries));
    } else {
      marks.Settle(payouts[i], answers[i]);
    }
  }
  const std::string buckets = marks.buckets.Take(), ids = marks.ids.Take(),
                    requests = marks.requests.Take(), reasons = marks.refusals.Take(),
                    entries = marks.entries.Take(), later = marks.later_buckets.Take(),
                    later_id = marks.later_ids.Take(), later_request = marks.later_requests.Take(),
                    due = marks.later_due.Take();
  const int64_t settled = marks.paid + marks.taken_back + marks.refused;
  LAUREL_RETURN_IF_ERROR(pool_.Transact(Soon(), [&](db::Tx& tx) -> absl::Status {
    if (settled > 0) {
      LAUREL_RETURN_IF_ERROR(
          tx.Query("settle_payouts", buckets, ids, requests, reasons, entries, clock_.Now())
              .status());
    }
    if (marks.retried == 0) return absl::OkStatus();
    return tx.Query("postpone_payouts", later, later_id, later_request, due).status();
  }));
  outcomes_.At({"paid"}).Increment(static_cast<double>(marks.paid));
  outcomes_.At({"taken_back"}).Increment(static_cast<double>(marks.taken_back));
  outcomes_.At({"refused"}).Increment(static_cast<double>(marks.refused));
  outcomes_.At({"retried"}).Increment(static_cast<double>(marks.retried));
  return absl::OkStatus();
}

absl::StatusOr<bool> Worker::Run() {
  LAUREL_ASSIGN_OR_RETURN(const bool more, Round());
  LAUREL_RETURN_IF_ERROR(Observe());
  return more;
}

absl::Status Worker::Observe() {
  return pool_.Read(Soon(), [&](db::Tx& tx) -> absl::Status {
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("count_waiting_payouts"));
    waiting_.Set(static_cast<double>(rows[0].Int(0)));
    return absl::OkStatus();
  });
}

}  // namespace laurel::payout
