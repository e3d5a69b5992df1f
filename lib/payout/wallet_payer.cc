#include "lib/payout/wallet_payer.h"

#include "lib/client/channel.h"
#include "lib/status/error.h"
#include "lib/status/mapping.h"

namespace laurel::payout {
namespace {

namespace pb = laurel::members::v1;

constexpr absl::Duration kTimeout = absl::Seconds(5);

using Answers = std::vector<Answer>;

pb::BatchPostPointsRequest RequestOf(const std::vector<Payout>& payouts) {
  pb::BatchPostPointsRequest request;
  request.set_program_id(base::EncodeId("prg", payouts.front().program_id));
  for (const Payout& payout : payouts) {
    pb::EarnPointsRequest& earn = *request.add_posts()->mutable_earn();
    earn.set_member_id(base::EncodeId("mem", payout.member_id));
    earn.set_request_id(base::ToString(payout.request_id));
    earn.set_wallet_type(payout.wallet_type);
    earn.set_amount(payout.amount);
    earn.set_reason(payout.reason);
  }
  return request;
}

// Without its id a payment could not be taken back.
Answer EntryOf(const pb::Entry& entry) {
  const auto id = base::DecodeId("ent", entry.entry_id());
  if (!id) return absl::InternalError("an entry without an id");
  return *id;
}

Answers Attempt(pb::WalletService::StubInterface& wallets, const std::vector<Payout>& payouts) {
  const auto context = client::NewContext(client::Background(kTimeout));
  pb::BatchPostPointsResponse response;
  const absl::Status called =
      status::FromGrpc(wallets.BatchPostPoints(context.get(), RequestOf(payouts), &response));
  if (!called.ok()) return Answers(payouts.size(), called);
  if (response.results_size() != static_cast<int>(payouts.size())) {
    return Answers(payouts.size(), absl::InternalError("not one result per post"));
  }
  Answers answers;
  answers.reserve(payouts.size());
  for (const pb::PointsPostResult& result : response.results()) {
    if (result.has_entry()) {
      answers.push_back(EntryOf(result.entry()));
    } else if (result.has_error()) {
      answers.push_back(status::FromProto(result.error()));
    } else {
      answers.push_back(absl::InternalError("a result that is neither entry nor error"));
    }
  }
  return answers;
}

// All that is left of what was paid, as far as the wallet type's policy lets it.
Answer ClawBack(pb::WalletService::StubInterface& wallets, const Payout& payout) {
  pb::ClawBackPointsRequest request;
  request.set_program_id(base::EncodeId("prg", payout.program_id));
  request.set_member_id(base::EncodeId("mem", payout.member_id));
  request.set_request_id(base::ToString(payout.request_id));
  request.set_wallet_type(payout.wallet_type);
  request.set_accrual_entry_id(base::EncodeId("ent", payout.entry_id));
  request.set_reason("Undone: " + payout.reason);
  const auto context = client::NewContext(client::Background(kTimeout));
  pb::ClawBackPointsResponse response;
  LAUREL_RETURN_IF_ERROR(
      status::FromGrpc(wallets.ClawBackPoints(context.get(), request, &response)));
  return EntryOf(response.entry());
}

// Whether all were refused with one and the same answer, which may be the fault of one.
bool RefusedAsOne(const Answers& answers) {
  for (const Answer& answer : answers) {
    if (answer.status() != answers.front().status()) return false;
  }
  return Judge(answers.front().status()) == Verdict::kRefused;
}

Answers PayAll(pb::WalletService::StubInterface& wallets, const std::vector<Payout>& payouts) {
  if (payouts.empty()) return {};
  Answers answers = Attempt(wallets, payouts);
  if (payouts.size() == 1 || !RefusedAsOne(answers)) return answers;
  for (size_t i = 0; i < payouts.size(); ++i) answers[i] = Attempt(wallets, {payouts[i]})[0];
  return answers;
}

// One by one: they are rare. Where nobody answers, the rest is not asked.
Answers TakeAllBack(pb::WalletService::StubInterface& wallets, const std::vector<Payout>& payouts) {
  Answers answers;
  for (const Payout& payout : payouts) {
    const bool silent = !answers.empty() && Judge(answers.back().status()) == Verdict::kUnknown;
    answers.push_back(silent ? answers.back() : ClawBack(wallets, payout));
  }
  return answers;
}

}  // namespace

Pay MakeWalletPayer(pb::WalletService::StubInterface& wallets) {
  return [&wallets](const std::vector<Payout>& payouts) {
    std::vector<Payout> by_turn[2];  // to be paid, to be taken back
    for (const Payout& payout : payouts) by_turn[payout.takes_back].push_back(payout);
    const Answers answers[2] = {PayAll(wallets, by_turn[0]), TakeAllBack(wallets, by_turn[1])};
    size_t next[2] = {0, 0};
    Answers all;
    all.reserve(payouts.size());
    for (const Payout& payout : payouts) {
      all.push_back(answers[payout.takes_back][next[payout.takes_back]++]);
    }
    return all;
  };
}

}  // namespace laurel::payout
