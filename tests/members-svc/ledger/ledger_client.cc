#include "tests/members-svc/ledger/ledger_client.h"

#include <cstdlib>

#include "lib/base/check.h"
#include "lib/base/timestamps.h"
#include "lib/client/channel.h"
#include "lib/status/mapping.h"
#include "members-svc/service.h"

namespace laurel::members::testing {
namespace {

std::string TlsFile(const std::string& name) {
  const char* folder = std::getenv("LAUREL_TEST_TLS_DIR");
  if (folder == nullptr || *folder == '\0') {
    std::fprintf(stderr, "LAUREL_TEST_TLS_DIR is not set: run the tests with ./laurel test\n");
    std::exit(2);
  }
  return std::string(folder) + "/" + name;
}

}  // namespace

ServedLedger::ServedLedger(Process& process) : process_(process) {
  config::Common common;
  common.ca_file = TlsFile("ca.crt");
  common.peers_file = TlsFile("peers.json");
  config::ServerOptions options;
  options.listen = "127.0.0.1:0";
  options.metrics_listen = "127.0.0.1:0";
  options.cert_file = TlsFile("members.crt");
  options.key_file = TlsFile("members.key");
  auto server = server::Server::Create("members", common, options);
  LAUREL_CHECK(server.ok());
  server_ = *std::move(server);
  service_ = std::make_unique<WalletService>(server_->runtime(), process_.deps);
  server_->Add(service_.get());
  LAUREL_CHECK(server_->Start().ok());
}

ServedLedger::~ServedLedger() = default;

std::shared_ptr<grpc::Channel> ServedLedger::Connect() const {
  auto channel = client::NewChannel(
      {.target = "127.0.0.1:" + std::to_string(server_->port()),
       .peer_name = "members",
       .files = {TlsFile("ca.crt"), TlsFile("operator.crt"), TlsFile("operator.key")},
       .retries = false});
  LAUREL_CHECK(channel.ok());
  return *std::move(channel);
}

// One call: the request made of the command, and its answer.
struct LedgerClient::Asking {
  v1::WalletService::Stub& stub;
  Process& process;
  const base::Uuid& member;
  const std::string& request_id;
  Answer answer = {};

  template <typename Request>
  Request New() const {
    Request request;
    request.set_program_id(kProgram);
    request.set_member_id(base::EncodeId("mem", member));
    request.set_request_id(request_id);
    return request;
  }
  template <typename Request, typename Response>
  Response Call(grpc::Status (v1::WalletService::Stub::*method)(grpc::ClientContext*,
                                                                const Request&, Response*),
                const Request& request) {
    const auto context = client::NewContext(client::Background(absl::Minutes(1)));
    Response response;
    answer.content = request.SerializeAsString();
    answer.status = status::FromGrpc((stub.*method)(context.get(), request, &response));
    return response;
  }

  void operator()(const PostPoints& post) {
    const auto fill = [&](auto request) {
      request.set_wallet_type(post.wallet_type);
      request.set_amount(post.amount);
      request.set_reason(post.reason);
      if (post.occur_time) base::SetTimestamp(*post.occur_time, request.mutable_occur_time());
      return request;
    };
    if (post.earn) {
      answer.entry =
          Call(&v1::WalletService::Stub::EarnPoints, fill(New<v1::EarnPointsRequest>())).entry();
    } else {
      answer.entry =
          Call(&v1::WalletService::Stub::SpendPoints, fill(New<v1::SpendPointsRequest>())).entry();
    }
  }
  void operator()(const RefundSpend& refund) {
    auto request = New<v1::RefundPointsRequest>();
    request.set_wallet_type(refund.wallet_type);
    request.set_spend_entry_id(base::EncodeId("ent", refund.spend_entry_id));
    request.set_reason(refund.reason);
    answer.entry = Call(&v1::WalletService::Stub::RefundPoints, request).entry();
  }
  void operator()(const ReservePoints& hold) {
    auto request = New<v1::ReservePointsRequest>();
    request.set_wallet_type(hold.wallet_type);
    request.set_amount(hold.amount);
    request.set_hold_seconds(absl::ToInt64Seconds(hold.hold));
    answer.reservation = Call(&v1::WalletService::Stub::ReservePoints, request).reservation();
  }
  void operator()(const EndReservation& end) {
    const std::string id = base::EncodeId("rsv", end.reservation_id);
    if (end.how == EndReservation::How::kCapture) {
      auto request = New<v1::CaptureReservationRequest>();
      request.set_reservation_id(id);
      request.set_amount(end.amount);
      answer.reservation =
          Call(&v1::WalletService::Stub::CaptureReservation, request).reservation();
    } else {
      auto request = New<v1::ReleaseReservationRequest>();
      request.set_reservation_id(id);
      answer.reservation =
          Call(&v1::WalletService::Stub::ReleaseReservation, request).reservation();
    }
  }
  void operator()(const AdjustPoints& adjust) {
    auto request = New<v1::AdjustPointsRequest>();
    request.set_wallet_type(adjust.wallet_type);
    request.set_delta(adjust.delta);
    request.set_reason(adjust.reason);
    answer.entry = Call(&v1::WalletService::Stub::AdjustPoints, request).entry();
  }
  void operator()(const TransferPoints& transfer) {
    auto request = New<v1::TransferPointsRequest>();
    request.set_wallet_type(transfer.wallet_type);
    request.set_to_member_id(base::EncodeId("mem", transfer.to_member_id));
    request.set_amount(transfer.amount);
    request.set_reason(transfer.reason);
    answer.entry = Call(&v1::WalletService::Stub::TransferPoints, request).entry();
  }
  void operator()(const ClawBackPoints& claw) {
    auto request = New<v1::ClawBackPointsRequest>();
    request.set_wallet_type(claw.wallet_type);
    request.set_accrual_entry_id(base::EncodeId("ent", claw.accrual_entry_id));
    request.set_amount(claw.amount);
    request.set_reason(claw.reason);
    answer.entry = Call(&v1::WalletService::Stub::ClawBackPoints, request).entry();
  }
  void operator()(const ReinstatePoints& reinstate) {
    auto request = New<v1::ReinstatePointsRequest>();
    request.set_wallet_type(reinstate.wallet_type);
    request.set_expiry_entry_id(base::EncodeId("ent", reinstate.expiry_entry_id));
    request.set_reason(reinstate.reason);
    answer.entry = Call(&v1::WalletService::Stub::ReinstatePoints, request).entry();
  }
  void operator()(const EndPending& end) {
    const auto fill = [&](auto request) {
      request.set_wallet_type(end.wallet_type);
      request.set_accrual_entry_id(base::EncodeId("ent", end.accrual_entry_id));
      request.set_reason(end.reason);
      return request;
    };
    if (end.activate) {
      const auto request = fill(New<v1::ActivatePointsRequest>());
      answer.entry = Call(&v1::WalletService::Stub::ActivatePoints, request).entry();
    } else {
      const auto request = fill(New<v1::CancelPendingRequest>());
      answer.entry = Call(&v1::WalletService::Stub::CancelPending, request).entry();
    }
  }
  void operator()(const ReverseEntry& reverse) {
    auto request = New<v1::ReverseEntryRequest>();
    request.set_entry_id(base::EncodeId("ent", reverse.entry_id));
    request.set_reason(reverse.reason);
    answer.entry = Call(&v1::WalletService::Stub::ReverseEntry, request).entry();
  }
  void operator()(const ExpirePoints& expire) {
    Command command;
    command.program_id = *base::DecodeId("prg", kProgram);
    command.member_id = member;
    command.request_id = request_id;
    command.request_key = base::HashedUuid(request_id);
    answer.content = expire.wallet_type + " " + std::to_string(expire.amount) + expire.reason;
    command.content_hash = base::ToBytes(base::HashedUuid(answer.content));
    command.what = expire;
    auto outcome = process.ledger.Run(std::move(command));
    answer.status = outcome.status();
    if (outcome.ok()) answer.entry = std::get<v1::Entry>(*std::move(outcome));
  }
  template <typename Other>
  void operator()(const Other&) {
    answer.status = absl::UnimplementedError("no rpc of the points service");
  }
};

LedgerClient::LedgerClient(ServedLedger& served)
    : served_(served), stub_(v1::WalletService::NewStub(served.Connect())) {}

Answer LedgerClient::Ask(const base::Uuid& member, const std::string& request_id,
                         const What& what) {
  Asking asking{*stub_, served_.process(), member, request_id};
  std::visit(asking, what);
  return std::move(asking.answer);
}

}  // namespace laurel::members::testing
