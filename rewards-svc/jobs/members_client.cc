#include "rewards-svc/jobs/members_client.h"

#include "absl/strings/str_cat.h"
#include "laurel/members/v1/wallet.grpc.pb.h"
#include "lib/base/check.h"
#include "lib/client/channel.h"
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
};

MembersClient::MembersClient(const std::shared_ptr<grpc::Channel>& channel)
    : stub_(std::make_unique<Stub>(Stub{pb::WalletService::NewStub(channel)})) {}

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

}  // namespace laurel::rewards
