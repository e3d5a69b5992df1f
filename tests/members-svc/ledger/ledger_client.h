// The points service of a Process of the fixture behind mutual TLS on a port of its own, and a
// client that sends it commands as callers do. Certificates come from LAUREL_TEST_TLS_DIR.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "laurel/members/v1/wallet.grpc.pb.h"
#include "lib/server/server.h"
#include "tests/members-svc/ledger/fixture.h"
#include "tests/members-svc/ledger/random_commands.h"

namespace laurel::members::testing {

class ServedLedger {
 public:
  explicit ServedLedger(Process& process);
  ~ServedLedger();

  Process& process() { return process_; }
  // A connection of its own, as the operator, without retries of its own.
  std::shared_ptr<grpc::Channel> Connect() const;

 private:
  Process& process_;
  std::unique_ptr<server::Server> server_;
  std::unique_ptr<grpc::Service> service_;
};

// What a caller was told.
struct Answer {
  absl::Status status;
  std::string content;  // of the request: the same for the same
  v1::Entry entry = {};
  v1::Reservation reservation = {};
};

// Not thread-safe: one caller.
class LedgerClient {
 public:
  explicit LedgerClient(ServedLedger& served);

  // Waits for the answer. Points are let expire by jobs alone, so that command goes straight to the
  // ledger of the process.
  Answer Ask(const base::Uuid& member, const std::string& request_id, const What& what);

 private:
  struct Asking;

  ServedLedger& served_;
  std::unique_ptr<v1::WalletService::Stub> stub_;
};

}  // namespace laurel::members::testing
