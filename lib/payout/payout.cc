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
          .create_time = row.Time(9)};
}

}  // namespace

absl::Status Insert(db::Tx& tx, const std::vector<Payout>& payouts, absl::Time now) {
  if (payouts.empty()) return absl::OkStatus();
  const auto column = [&](auto member) {
    return db::ArrayOf(payouts, [member](const Payout& p) { return p.*member; });
  };
  const auto text = [&](std::string Payout::*member) {
    return db::ArrayOf(payouts, [member](const Payout& p) { return std::string_view(p.*member); });
  };
  return tx
      .Query("insert_payouts", column(&Payout::bucket), column(&Payout::payout_id),
             column(&Payout::program_id), column(&Payout::member_id), column(&Payout::cause_id),
             text(&Payout::wallet_type), column(&Payout::amount), text(&Payout::reason), now)
      .status();
}

Verdict Judge(const absl::Status& answer) {
  switch (answer.code()) {
    case absl::StatusCode::kOk:
      return Verdict::kPaid;
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
      outcomes_(registry.AddCounters({.name = "payouts_total",
                                      .help = "Attempts to pay points, by what became of them.",
                                      .labels = {{"outcome", {"paid", "refused", "retried"}}}})),
      waiting_(registry.Gauge("waiting_payouts", "Payouts that are due and not settled yet.")) {
  for (const char* outcome : {"paid", "refused", "retried"}) outcomes_.At({outcome});
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
    const bool too_old = clock_.Now() - payout.create_time > kGiveUpAfter;
    (too_old ? given_up : by_program[payout.program_id]).push_back(payout);
  }
  if (!given_up.empty()) {
    const std::vector<absl::Status> answers(
        given_up.size(),
        status::Refused("GAVE_UP", "The request id is too old to be asked again."));
    LAUREL_RETURN_IF_ERROR(Mark(given_up, answers));
  }
  for (const auto& [program, payouts] : by_program) {
    LAUREL_RETURN_IF_ERROR(Mark(payouts, pay_(payouts)));
  }
  return static_cast<int64_t>(claimed.size()) == kMaxBatch;
}

absl::Status Worker::Mark(const std::vector<Payout>& payouts,
                          const std::vector<absl::Status>& answers) {
  db::ArrayBuilder settled_buckets, settled_ids, refusals, later_buckets, later_ids, later_due;
  int64_t paid = 0;
  int64_t refused = 0;
  int64_t retried = 0;
  const absl::Time now = machine_clock_.Now();
  for (size_t i = 0; i < payouts.size(); ++i) {
    const Verdict verdict = Judge(answers[i]);
    if (verdict == Verdict::kUnknown) {
      ++retried;
      later_buckets.Add(payouts[i].bucket);
      later_ids.Add(payouts[i].payout_id);
      later_due.Add(now + Backoff(payouts[i].tries));
      continue;
    }
    ++(verdict == Verdict::kPaid ? paid : refused);
    settled_buckets.Add(payouts[i].bucket);
    settled_ids.Add(payouts[i].payout_id);
    const std::string refusal = verdict == Verdict::kPaid ? "" : RefusalOf(answers[i]);
    refusals.Add(std::string_view(refusal));
    if (verdict == Verdict::kRefused) {
      log::Warn("payout refused", {{"payout_id", base::ToString(payouts[i].payout_id)},
                                   {"member_id", base::EncodeId("mem", payouts[i].member_id)},
                                   {"reason", refusal}});
    }
  }
  const std::string buckets = settled_buckets.Take(), ids = settled_ids.Take(),
                    reasons = refusals.Take(), later = later_buckets.Take(),
                    later_id = later_ids.Take(), due = later_due.Take();
  LAUREL_RETURN_IF_ERROR(pool_.Transact(Soon(), [&](db::Tx& tx) -> absl::Status {
    if (paid + refused > 0) {
      LAUREL_RETURN_IF_ERROR(
          tx.Query("settle_payouts", buckets, ids, reasons, clock_.Now()).status());
    }
    if (retried == 0) return absl::OkStatus();
    return tx.Query("postpone_payouts", later, later_id, due).status();
  }));
  outcomes_.At({"paid"}).Increment(static_cast<double>(paid));
  outcomes_.At({"refused"}).Increment(static_cast<double>(refused));
  outcomes_.At({"retried"}).Increment(static_cast<double>(retried));
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
