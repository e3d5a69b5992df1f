#include "tests/lib/server/fixture.h"

#include "lib/status/mapping.h"

namespace laurel::server {

namespace pb = laurel::api::v1;

ServerFixture::ServerFixture() {
  const tls::Files files = authority_.Issue("members");
  common_.ca_file = files.ca;
  common_.peers_file = dir_.Write("peers.json", R"({
    "gateway": {"kind": "gateway"}, "rewards": {"kind": "service"},
    "operator": {"kind": "operator"},
    "shop": {"kind": "service", "program_id": "prg_01jd0000000000000000000000"}})");
  options_.listen = "127.0.0.1:0";
  options_.metrics_listen = "127.0.0.1:0";
  options_.ready_file = dir_.Path("ready.json");
  options_.cert_file = files.cert;
  options_.key_file = files.key;
  options_.drain_notice_ms = 0;
  options_.workers = 2;
}

ServerFixture::~ServerFixture() {
  if (running_.joinable()) StopAndJoin();
}

void ServerFixture::Serve() {
  auto server = Server::Create("members", common_, options_);
  ASSERT_TRUE(server.ok()) << server.status();
  server_ = *std::move(server);
  members_ = std::make_unique<TestMemberService>(server_->runtime(), behaviour_);
  orders_ = std::make_unique<TestOrderService>(server_->runtime(), behaviour_);
  server_->Add(members_.get());
  server_->Add(orders_.get());
  const absl::Status started = server_->Start();
  ASSERT_TRUE(started.ok()) << started;
  running_ = std::thread([this] { EXPECT_EQ(server_->Run(), absl::OkStatus()); });
}

void ServerFixture::StopAndJoin() {
  server_->Stop();
  running_.join();
}

std::shared_ptr<grpc::Channel> ServerFixture::ChannelAs(const std::string& name) {
  auto& channel = channels_[name];
  if (channel == nullptr) {
    channel = *client::NewChannel({.target = "127.0.0.1:" + std::to_string(server_->port()),
                                   .peer_name = "members",
                                   .files = authority_.Issue(name)});
  }
  return channel;
}

std::unique_ptr<grpc::ClientContext> ServerFixture::Context(const auth::Caller* caller) {
  auto context = client::NewContext(client::Background(absl::Seconds(60)));
  if (caller != nullptr) context->AddMetadata(auth::kCallerMetadata, auth::Encode(*caller));
  return context;
}

absl::Status ServerFixture::GetMember(const std::string& peer, const auth::Caller* caller,
                                      const std::string& member, const std::string& program) {
  mpb::GetMemberRequest request;
  request.set_program_id(program);
  request.set_member_id(member);
  mpb::GetMemberResponse response;
  const auto stub = mpb::MemberService::NewStub(ChannelAs(peer));
  return status::FromGrpc(stub->GetMember(Context(caller).get(), request, &response));
}

absl::Status ServerFixture::RecordOrder(const std::string& peer,
                                        const mpb::RecordOrderRequest& request,
                                        const auth::Caller* caller) {
  mpb::RecordOrderResponse response;
  const auto stub = mpb::OrderService::NewStub(ChannelAs(peer));
  return status::FromGrpc(stub->RecordOrder(Context(caller).get(), request, &response));
}

mpb::RecordOrderRequest ServerFixture::ValidOrder() {
  mpb::RecordOrderRequest request;
  request.set_program_id(kProgram);
  request.set_request_id("r-1");
  request.set_member_id(kAnna);
  request.set_currency_code("EUR");
  request.add_lines()->set_sku("sku-1");
  return request;
}

auth::Caller ServerFixture::Anna() {
  return {.program_id = kProgram,
          .kind = pb::CALLER_KIND_MEMBER,
          .subject = kAnna,
          .roles = {pb::ROLE_MEMBER}};
}

auth::Caller ServerFixture::Staff(auth::Role role) {
  return {
      .program_id = kProgram, .kind = pb::CALLER_KIND_STAFF, .subject = "stf_1", .roles = {role}};
}

}  // namespace laurel::server
