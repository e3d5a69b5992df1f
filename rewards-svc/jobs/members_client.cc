#include "rewards-svc/jobs/members_client.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "laurel/members/v1/program.grpc.pb.h"
#include "laurel/members/v1/wallet.grpc.pb.h"
#include "lib/base/check.h"
#include "lib/client/channel.h"
#include "lib/status/error.h"
#include "lib/status/mapping.h"
#include "rewards-svc/domain/saga.h"

namespace laurel::rewards {

namespace pb = laurel::members::v1;

namespace {

// The content of a request must be the same at every try: nothing of it depends on the moment.
template <typename Request>
Request NewRequest(const Redemption& redemption, const base::Uuid& request_id) {
  Request request;
  request.set_program_id(base::EncodeId("prg", redemption.program_id));
  request.set_member_id(base::EncodeId("mem", redemption.member_id));
  request.set_request_id(base::ToString(request_id));
  request.set_wallet_type(redemption.wallet_type);
  request.set_reason(absl::StrCat("redemption ", base::EncodeId("rdm", redemption.redemption_id)));
  return request;
}

}  // namespace

struct MembersClient::Stub {
  std::unique_ptr<pb::WalletService::StubInterface> wallets;
  std::unique_ptr<pb::ProgramService::StubInterface> programs;
};

MembersClient::MembersClient(const std::shared_ptr<grpc::Channel>& channel)
    : stub_(std::make_unique<Stub>(
          Stub{pb::WalletService::NewStub(channel), pb::ProgramService::NewStub(channel)})) {}

MembersClient::~MembersClient() = default;

absl::StatusOr<base::Uuid> MembersClient::Spend(const trace::Scope& scope,
                                                const Redemption& redemption) const {
  auto request = NewRequest<pb::SpendPointsRequest>(redemption, redemption.spend_request_id);
  request.set_amount(redemption.points);
  pb::SpendPointsResponse response;
  const auto context = client::NewContext(scope, kCallTimeout);
  const grpc::Status status = stub_->wallets->SpendPoints(context.get(), request, &response);
  if (!status.ok()) return status::FromGrpc(status);
  const auto entry = base::DecodeId("ent", response.entry().entry_id());
  if (!entry) return absl::InternalError("members-svc answered a spend without an entry");
  return *entry;
}

absl::Status MembersClient::Refund(const trace::Scope& scope, const Redemption& redemption) const {
  LAUREL_CHECK(redemption.spend_entry_id.has_value() && redemption.refund_request_id.has_value());
  auto request = NewRequest<pb::RefundPointsRequest>(redemption, *redemption.refund_request_id);
  request.set_spend_entry_id(base::EncodeId("ent", *redemption.spend_entry_id));
  pb::RefundPointsResponse response;
  const auto context = client::NewContext(scope, kCallTimeout);
  return status::FromGrpc(stub_->wallets->RefundPoints(context.get(), request, &response));
}

absl::StatusOr<MemberPoints> MembersClient::PointsOf(const trace::Scope& scope,
                                                     const std::string& program_id,
                                                     const std::string& member_id) const {
  pb::ListBalancesRequest balances_request;
  balances_request.set_program_id(program_id);
  balances_request.set_member_id(member_id);
  pb::ListBalancesResponse balances;
  LAUREL_RETURN_IF_ERROR(status::FromGrpc(stub_->wallets->ListBalances(
      client::NewContext(scope, kCallTimeout).get(), balances_request, &balances)));
  pb::ListWalletTypesRequest types_request;
  types_request.set_program_id(program_id);
  pb::ListWalletTypesResponse types;
  LAUREL_RETURN_IF_ERROR(status::FromGrpc(stub_->programs->ListWalletTypes(
      client::NewContext(scope, kCallTimeout).get(), types_request, &types)));
  pb::GetProgramRequest program_request;
  program_request.set_program_id(program_id);
  pb::GetProgramResponse program;
  LAUREL_RETURN_IF_ERROR(status::FromGrpc(stub_->programs->GetProgram(
      client::NewContext(scope, kCallTimeout).get(), program_request, &program)));

  std::map<std::string, words::PointsWords> words;
  for (const pb::WalletType& type : types.wallet_types()) {
    words[type.code()] = {
        .singular = type.singular(), .plural = type.plural(), .decimals = type.decimals()};
  }
  MemberPoints out;
  out.languages = {program.program().languages().begin(), program.program().languages().end()};
  for (const pb::Balance& balance : balances.balances()) {
    out.wallets.push_back({.wallet_type = balance.wallet_type(),
                           .active = balance.active(),
                           .words = words[balance.wallet_type()]});
  }
  return out;
}

}  // namespace laurel::rewards
