// members-svc inside a test: its rpcs behind mutual TLS on a port of their own, over a fresh
// database. The clock is the machine's. Certificates come from LAUREL_TEST_TLS_DIR.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "lib/outbox/relay.h"
#include "lib/server/server.h"
#include "members-svc/deps.h"
#include "members-svc/ledger/ledger.h"
#include "members-svc/store/campaign_cache.h"
#include "tests/testing/database.h"

namespace laurel::import::testing {

// Where the test's certificates lie; ends the program when nobody says.
std::string TlsFolder();

class MembersServer {
 public:
  MembersServer();
  ~MembersServer();

  // host:port.
  std::string target() const;
  // As the operator, without retries of its own, as the import has it.
  std::shared_ptr<grpc::Channel> Channel() const;
  // What its handlers work with.
  const members::Deps& deps() const { return *deps_; }
  // The first column of the first row, looked up as the superuser.
  std::string Look(const std::string& sql);

 private:
  laurel::testing::TestDatabase database_;
  std::unique_ptr<server::Server> server_;
  crypto::KeyRing keys_;
  crypto::BlindIndex index_;
  std::unique_ptr<outbox::Relay> relay_;
  members::CampaignCache campaigns_;
  std::unique_ptr<members::Ledger> ledger_;
  std::unique_ptr<members::Deps> deps_;
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::thread runs_;
};

}  // namespace laurel::import::testing
