#include "lib/payout/wallet_payer.h"

#include "lib/client/channel.h"
#include "lib/status/mapping.h"

namespace laurel::payout {
namespace {

namespace pb = laurel::members::v1;

constexpr absl::Duration kTimeout = absl::Seconds(5);

using Answers = std::vector<absl::Status>;

pb::BatchPostPointsRequest RequestOf(const std::vector<Payout>& payouts) {
  pb::BatchPostPointsRequest request;
  request.set_program_id(base::EncodeId("prg", payouts.front().program_id));
  for (const Payout& payout : payouts) {
    pb::EarnPointsRequest& earn = *request.add_posts()->mutable_earn();
    earn.set_member_id(base::EncodeId("mem", payout.member_id));
    earn.set_request_id(base::ToString(payout.payout_id));
    earn.set_wallet_type(payout.wallet_type);
    earn.set_amount(payout.amount);
    earn.set_reason(payout.reason);
  }
  return request;
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
      answers.push_back(absl::OkStatus());
    } else if (result.has_error()) {
      answers.push_back(status::FromProto(result.error()));
    } else {
      answers.push_back(absl::InternalError("a result that is neither entry nor error"));
    }
  }
  return answers;
}

// Whether all were refused with one and the same answer, which may be the fault of one.
bool RefusedAsOne(const Answers& answers) {
  for (const absl::Status& answer : answers) {
    if (answer != answers.front()) return false;
  }
  return Judge(answers.front()) == Verdict::kRefused;
}

}  // namespace

Pay MakeWalletPayer(pb::WalletService::StubInterface& wallets) {
  return [&wallets](const std::vector<Payout>& payouts) {
    Answers answers = Attempt(wallets, payouts);
    if (payouts.size() == 1 || !RefusedAsOne(answers)) return answers;
    for (size_t i = 0; i < payouts.size(); ++i) answers[i] = Attempt(wallets, {payouts[i]})[0];
    return answers;
  };
}

}  // namespace laurel::payout
