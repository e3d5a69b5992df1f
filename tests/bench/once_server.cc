#include "tests/bench/once_server.h"

#include <grpcpp/server_builder.h>

#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <vector>

#include "laurel/members/v1/wallet.grpc.pb.h"
#include "lib/config/reader.h"
#include "lib/status/error.h"
#include "lib/tls/tls.h"
#include "tests/bench/copy_rows.h"

namespace laurel::bench {
namespace {

namespace pb = members::v1;

constexpr char kStatement[] = "post_once";

class Connections {
 public:
  static absl::StatusOr<std::unique_ptr<Connections>> Open(const std::string& dsn, int count) {
    auto all = std::make_unique<Connections>();
    for (int i = 0; i < count; ++i) {
      LAUREL_ASSIGN_OR_RETURN(Connection connection, Connect(dsn));
      PQclear(PQprepare(connection.get(), kStatement,
                        "SELECT post_once($1::int, $2::uuid, $3::uuid, $4::bigint)", 4, nullptr));
      all->free_.push_back(std::move(connection));
    }
    return all;
  }

  // The seq of the entry; 0 if there is none.
  int64_t Post(int bucket, const std::string& owner, const std::string& key, int64_t delta) {
    Connection connection = Take();
    const std::string texts[] = {std::to_string(bucket), owner, key, std::to_string(delta)};
    const char* const values[] = {texts[0].c_str(), texts[1].c_str(), texts[2].c_str(),
                                  texts[3].c_str()};
    PGresult* result = PQexecPrepared(connection.get(), kStatement, 4, values, nullptr, nullptr, 0);
    const int64_t seq =
        PQresultStatus(result) == PGRES_TUPLES_OK ? std::atoll(PQgetvalue(result, 0, 0)) : 0;
    PQclear(result);
    GiveBack(std::move(connection));
    return seq;
  }

 private:
  Connection Take() {
    std::unique_lock lock(mutex_);
    freed_.wait(lock, [this] { return !free_.empty(); });
    Connection connection = std::move(free_.back());
    free_.pop_back();
    return connection;
  }
  void GiveBack(Connection connection) {
    {
      const std::scoped_lock lock(mutex_);
      free_.push_back(std::move(connection));
    }
    freed_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<Connection> free_;
};

class OnceService final : public pb::WalletService::Service {
 public:
  explicit OnceService(Connections& connections) : connections_(connections) {}

  grpc::Status EarnPoints(grpc::ServerContext*, const pb::EarnPointsRequest* request,
                          pb::EarnPointsResponse* response) override {
    return Post(*request, request->amount(), response->mutable_entry());
  }
  grpc::Status SpendPoints(grpc::ServerContext*, const pb::SpendPointsRequest* request,
                           pb::SpendPointsResponse* response) override {
    return Post(*request, -request->amount(), response->mutable_entry());
  }

 private:
  template <typename Request>
  grpc::Status Post(const Request& request, int64_t delta, pb::Entry* entry) {
    const auto member = base::DecodeId("mem", request.member_id());
    const auto key = base::ParseUuid(request.request_id());
    if (!member || !key || request.amount() <= 0) {
      return {grpc::StatusCode::INVALID_ARGUMENT, "bad request"};
    }
    // As bucket_of and member_of in post_once.sql have it.
    const auto bucket = static_cast<int>((member->low & 0xFFFFFFFFFFFF) * 2654435761 % 1024);
    const int64_t seq =
        connections_.Post(bucket, base::ToString(*member), request.request_id(), delta);
    if (seq <= 0) return {grpc::StatusCode::FAILED_PRECONDITION, "not posted"};
    entry->set_member_id(request.member_id());
    entry->set_request_id(request.request_id());
    entry->set_seq(seq);
    entry->set_active_delta(delta);
    return grpc::Status::OK;
  }

  Connections& connections_;
};

}  // namespace

absl::Status RunOnceServer() {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  config::Reader reader("BENCH", config::Environment());
  const std::string dsn = reader.Required("DSN");
  const std::string ready_file = reader.Required("READY_FILE");
  const std::string count = reader.Required("CONNECTIONS");
  tls::Files files{.ca = reader.Required("CA_FILE"),
                   .cert = reader.Required("CERT_FILE"),
                   .key = reader.Required("KEY_FILE")};
  reader.IgnoreUnknown();
  LAUREL_RETURN_IF_ERROR(reader.Finish());
  LAUREL_ASSIGN_OR_RETURN(const auto connections, Connections::Open(dsn, std::stoi(count)));
  LAUREL_ASSIGN_OR_RETURN(const auto credentials, tls::ServerCredentials(files));
  OnceService service(*connections);
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", credentials, &port);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  if (server == nullptr) return absl::UnavailableError("cannot listen");
  std::ofstream(ready_file + ".new") << "{\"port\": " << port << "}\n";
  if (std::rename((ready_file + ".new").c_str(), ready_file.c_str()) != 0) {
    return absl::UnavailableError("cannot write " + ready_file);
  }
  int signal = 0;
  sigwait(&ends, &signal);
  server->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
  return absl::OkStatus();
}

}  // namespace laurel::bench
