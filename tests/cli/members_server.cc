#include "tests/cli/members_server.h"

#include <cstdio>
#include <cstdlib>

#include "lib/base/check.h"
#include "lib/client/channel.h"
#include "members-svc/service.h"
#include "members-svc/statements.h"

namespace laurel::import::testing {
namespace {

std::unique_ptr<server::Server> NewServer() {
  const std::string tls = TlsFolder();
  config::Common common;
  common.ca_file = tls + "/ca.crt";
  common.peers_file = tls + "/peers.json";
  config::ServerOptions options;
  options.listen = "127.0.0.1:0";
  options.metrics_listen = "127.0.0.1:0";
  options.cert_file = tls + "/members.crt";
  options.key_file = tls + "/members.key";
  auto server = server::Server::Create("members", common, options);
  LAUREL_CHECK(server.ok());
  return *std::move(server);
}

}  // namespace

std::string TlsFolder() {
  const char* folder = std::getenv("LAUREL_TEST_TLS_DIR");
  if (folder == nullptr || *folder == '\0') {
    std::fprintf(stderr, "LAUREL_TEST_TLS_DIR is not set: run the tests with ./laurel test\n");
    std::exit(2);
  }
  return folder;
}

MembersServer::MembersServer()
    : database_("members", members::Statements(), members::Migrations()),
      server_(NewServer()),
      keys_(*crypto::KeyRing::Make(std::string(64, 'a'))),
      index_(*crypto::BlindIndex::Make(std::string(64, 'b'))) {
  const base::Clock& clock = server_->clock();
  relay_ = std::make_unique<outbox::Relay>(database_.pool(), clock, server_->ids(),
                                           outbox::RelayOptions{.source = "members"},
                                           std::vector<outbox::Subscriber>());
  ledger_ = std::make_unique<members::Ledger>(members::Ledger::Deps{.clock = clock,
                                                                    .ids = server_->ids(),
                                                                    .pool = database_.pool(),
                                                                    .relay = *relay_,
                                                                    .index = index_,
                                                                    .campaigns = campaigns_});
  deps_ = std::make_unique<members::Deps>(members::Deps{.clock = clock,
                                                        .ids = server_->ids(),
                                                        .pool = database_.pool(),
                                                        .relay = *relay_,
                                                        .keys = keys_,
                                                        .index = index_,
                                                        .campaigns = campaigns_,
                                                        .ledger = *ledger_});
  server::Runtime& runtime = server_->runtime();
  services_.push_back(std::make_unique<members::ProgramService>(runtime, *deps_));
  services_.push_back(std::make_unique<members::MemberService>(runtime, *deps_));
  services_.push_back(std::make_unique<members::CampaignService>(runtime, *deps_));
  services_.push_back(std::make_unique<members::WalletService>(runtime, *deps_));
  services_.push_back(std::make_unique<members::OrderService>(runtime, *deps_));
  for (const auto& service : services_) server_->Add(service.get());
  server_->OnDrain("ledger", [this] { ledger_->Stop(); });
  LAUREL_CHECK(server_->Start().ok());
  runs_ = std::thread([this] { LAUREL_CHECK(server_->Run().ok()); });
}

MembersServer::~MembersServer() {
  server_->Stop();
  runs_.join();
}

std::string MembersServer::target() const { return "127.0.0.1:" + std::to_string(server_->port()); }

std::shared_ptr<grpc::Channel> MembersServer::Channel() const {
  const std::string tls = TlsFolder();
  auto channel =
      client::NewChannel({.target = target(),
                          .peer_name = "members",
                          .files = {tls + "/ca.crt", tls + "/operator.crt", tls + "/operator.key"},
                          .retries = false});
  LAUREL_CHECK(channel.ok());
  return *std::move(channel);
}

std::string MembersServer::Look(const std::string& sql) {
  const auto rows = database_.Admin(sql);
  return rows.empty() ? "" : rows.front();
}

}  // namespace laurel::import::testing
