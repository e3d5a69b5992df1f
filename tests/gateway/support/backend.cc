#include "tests/gateway/support/backend.h"

#include <iostream>

#include "lib/base/check.h"
#include "lib/base/sha256.h"
#include "lib/server/rpc.h"
#include "lib/status/error.h"

namespace laurel::gateway::testing {
namespace {

absl::Status NoMember() { return auth::MemberNotFound(); }

absl::Status GetMember(const Behaviour& behaviour, const server::Call& call,
                       const pb::GetMemberRequest& request, pb::GetMemberResponse* response) {
  behaviour.Note(call);
  if (behaviour.get) return behaviour.get(call, request, response);
  response->mutable_member()->set_member_id(request.member_id());
  response->mutable_member()->set_etag("v1");
  return absl::OkStatus();
}

absl::Status FindMember(const Behaviour& behaviour, const server::Call& call,
                        const pb::FindMemberRequest& request, pb::FindMemberResponse* response) {
  behaviour.Note(call);
  if (request.external_id() != "anna") return NoMember();
  response->mutable_member()->set_member_id(kAnna);
  return absl::OkStatus();
}

absl::Status EarnPoints(const Behaviour& behaviour, const server::Call& call,
                        const pb::EarnPointsRequest& request, pb::EarnPointsResponse* response) {
  behaviour.Note(call);
  if (behaviour.earn) return behaviour.earn(call, request, response);
  auto* entry = response->mutable_entry();
  entry->set_member_id(request.member_id());
  entry->set_active_delta(request.amount());
  entry->set_request_id(request.request_id());
  entry->set_reason(request.reason());
  return absl::OkStatus();
}

absl::Status VerifyApiKey(const Behaviour& behaviour, const server::Call& call,
                          const pb::VerifyApiKeyRequest& request,
                          pb::VerifyApiKeyResponse* response) {
  behaviour.Note(call);
  if (request.api_key_sha256() != base::Sha256(kApiKey)) {
    return status::Error(absl::StatusCode::kUnauthenticated, "API_KEY_INVALID", "No such key.");
  }
  auto* caller = response->mutable_caller();
  caller->set_program_id(kProgram);
  caller->set_kind(laurel::api::v1::CALLER_KIND_CLIENT);
  caller->set_subject("cli_01jd0000000000000000000000");
  caller->add_roles(laurel::api::v1::ROLE_CLIENT);
  return absl::OkStatus();
}

#define LAUREL_TEST_RPC(Name)                                                                    \
  grpc::ServerUnaryReactor* Name(grpc::CallbackServerContext* context,                           \
                                 const pb::Name##Request* request, pb::Name##Response* response) \
      override {                                                                                 \
    return rpc_.Run(#Name, context, request, response, testing::Name, behaviour_);               \
  }

class Members final : public pb::MemberService::CallbackService {
 public:
  Members(server::Runtime& runtime, Behaviour& behaviour)
      : rpc_(runtime, pb::MemberService::service_full_name()), behaviour_(behaviour) {}
  LAUREL_TEST_RPC(GetMember)
  LAUREL_TEST_RPC(FindMember)

 private:
  server::Rpc rpc_;
  Behaviour& behaviour_;
};

class Wallets final : public pb::WalletService::CallbackService {
 public:
  Wallets(server::Runtime& runtime, Behaviour& behaviour)
      : rpc_(runtime, pb::WalletService::service_full_name()), behaviour_(behaviour) {}
  LAUREL_TEST_RPC(EarnPoints)

 private:
  server::Rpc rpc_;
  Behaviour& behaviour_;
};

class Access final : public pb::AccessService::CallbackService {
 public:
  Access(server::Runtime& runtime, Behaviour& behaviour)
      : rpc_(runtime, pb::AccessService::service_full_name()), behaviour_(behaviour) {}
  LAUREL_TEST_RPC(VerifyApiKey)

 private:
  server::Rpc rpc_;
  Behaviour& behaviour_;
};

#undef LAUREL_TEST_RPC

}  // namespace

void Behaviour::Note(const server::Call& call) const {
  const std::lock_guard lock(mutex_);
  ++counts_[call.method];
  metadata_.clear();
  for (const auto& [name, value] : call.context->client_metadata()) {
    const std::string key(name.data(), name.size());
    if (key != "user-agent" && key.rfind("grpc-", 0) != 0) {
      metadata_.emplace(key, std::string(value.data(), value.size()));
    }
  }
  caller_ = call.caller;
  trace_id_ = call.trace.TraceId();
}

int Behaviour::Count(const std::string& method) const {
  const std::lock_guard lock(mutex_);
  const auto it = counts_.find(method);
  return it == counts_.end() ? 0 : it->second;
}

std::multimap<std::string, std::string> Behaviour::LastMetadata() const {
  const std::lock_guard lock(mutex_);
  return metadata_;
}

auth::Caller Behaviour::LastCaller() const {
  const std::lock_guard lock(mutex_);
  return caller_;
}

std::string Behaviour::LastTraceId() const {
  const std::lock_guard lock(mutex_);
  return trace_id_;
}

struct Backend::Services {
  Services(server::Runtime& runtime, Behaviour& behaviour)
      : members(runtime, behaviour), wallets(runtime, behaviour), access(runtime, behaviour) {}
  Members members;
  Wallets wallets;
  Access access;
};

Backend::Backend(const laurel::testing::Authority& authority, const std::string& peers_file,
                 Behaviour& behaviour) {
  const tls::Files files = authority.Issue("members");
  config::Common common;
  common.ca_file = files.ca;
  common.peers_file = peers_file;
  config::ServerOptions options;
  options.listen = "127.0.0.1:0";
  options.metrics_listen = "127.0.0.1:0";
  options.cert_file = files.cert;
  options.key_file = files.key;
  options.workers = 8;
  options.drain_notice_ms = 100;
  auto server = server::Server::Create("members", common, options);
  if (!server.ok()) std::cerr << server.status() << "\n";
  LAUREL_CHECK(server.ok());
  server_ = *std::move(server);
  services_ = std::make_unique<Services>(server_->runtime(), behaviour);
  server_->Add(&services_->members);
  server_->Add(&services_->wallets);
  server_->Add(&services_->access);
  LAUREL_CHECK(server_->Start().ok());
  running_ = std::thread([this] { LAUREL_CHECK(server_->Run().ok()); });
}

Backend::~Backend() { Stop(); }

int Backend::port() const { return server_->port(); }

void Backend::Stop() {
  if (!running_.joinable()) return;
  server_->Stop();
  running_.join();
}

}  // namespace laurel::gateway::testing
