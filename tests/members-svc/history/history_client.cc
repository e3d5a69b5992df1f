// laurel-history: clients of several members-svc on one schema while somebody kills them, and the
// check of what they were told against the ledger (history.h). Ends with its input.
// tests/fault/history_test.sh runs it.
#include <grpcpp/client_context.h>
#include <libpq-fe.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <map>
#include <memory>
#include <random>
#include <thread>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "cli/operator/settings.h"
#include "laurel/members/v1/member.grpc.pb.h"
#include "laurel/members/v1/program.grpc.pb.h"
#include "laurel/members/v1/wallet.grpc.pb.h"
#include "lib/base/clock.h"
#include "lib/base/uuid.h"
#include "lib/status/error.h"
#include "lib/status/mapping.h"
#include "tests/members-svc/history/history.h"

namespace laurel::members::history {
namespace {

namespace pb = members::v1;

constexpr char kProgram[] = "prg_01jd000000000000000000000e";
constexpr int kClients = 12;
constexpr size_t kWallets = 24;
// Longer than the ledger's own patience with a database that restarts.
constexpr absl::Duration kTimeout = absl::Seconds(10);

using Channels = std::vector<std::shared_ptr<grpc::Channel>>;

void Deadline(grpc::ClientContext& context, absl::Duration timeout) {
  context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
}

// Whether an error says that nothing happened: only what comes with a reason of the ledger's own.
bool IsRefusal(const absl::Status& status) {
  const std::string reason = status::ReasonOf(status);
  return reason == "INSUFFICIENT_POINTS" || reason == "REQUEST_ID_REUSED" || reason == "OVERLOADED";
}

class Client {
 public:
  Client(uint64_t seed, int number, const Channels& channels,
         const std::vector<std::string>& members)
      : random_(seed), number_(number), members_(members) {
    for (const auto& channel : channels) stubs_.push_back(pb::WalletService::NewStub(channel));
  }

  void Run(const std::atomic<bool>& ends) {
    for (int i = 0; !ends; ++i) {
      Attempt call{.wallet = static_cast<int>(random_() % members_.size())};
      if (random_() % 5 == 0) {
        Read(call);
        continue;
      }
      call.kind = random_() % 2 == 0 ? Kind::kEarn : Kind::kSpend;
      call.amount = static_cast<int64_t>(random_() % 20 + 1);
      // Dated and undated ids go different ways.
      call.request_id = random_() % 2 == 0 ? absl::StrCat("client-", number_, "-", i)
                                           : base::ToString(ids_.Next(absl::Now()));
      Post(call);
      // Without an answer the same again, elsewhere, as clients do; now and then after an answer
      // too, and with other content.
      for (int tries = 0; !ends && tries < 20; ++tries) {
        const bool unknown = attempts_.back().outcome == Outcome::kUnknown;
        if (unknown ? random_() % 20 == 0 : random_() % 5 != 0) break;
        Attempt again = call;
        if (!unknown && random_() % 4 == 0) again.amount += 1;
        Post(again);
      }
    }
  }
  const std::vector<Attempt>& attempts() const { return attempts_; }

 private:
  pb::WalletService::Stub& AnyProcess() { return *stubs_[random_() % stubs_.size()]; }

  template <typename Request>
  void Fill(const Attempt& call, Request& request) const {
    request.set_program_id(kProgram);
    request.set_member_id(members_[static_cast<size_t>(call.wallet)]);
    request.set_request_id(call.request_id);
    request.set_amount(call.amount);
  }

  void Post(Attempt call) {
    grpc::ClientContext context;
    Deadline(context, kTimeout);
    pb::Entry entry;
    call.sent = base::MonotonicMicros();
    absl::Status status;
    if (call.kind == Kind::kEarn) {
      pb::EarnPointsRequest request;
      pb::EarnPointsResponse response;
      Fill(call, request);
      status = status::FromGrpc(AnyProcess().EarnPoints(&context, request, &response));
      entry = response.entry();
    } else {
      pb::SpendPointsRequest request;
      pb::SpendPointsResponse response;
      Fill(call, request);
      status = status::FromGrpc(AnyProcess().SpendPoints(&context, request, &response));
      entry = response.entry();
    }
    Note(call, status);
    attempts_.back().seq = entry.seq();
    attempts_.back().after = entry.active_after();
  }

  void Read(Attempt call) {
    grpc::ClientContext context;
    Deadline(context, kTimeout);
    pb::ListBalancesRequest request;
    pb::ListBalancesResponse response;
    request.set_program_id(kProgram);
    request.set_member_id(members_[static_cast<size_t>(call.wallet)]);
    call.sent = base::MonotonicMicros();
    const absl::Status status =
        status::FromGrpc(AnyProcess().ListBalances(&context, request, &response));
    if (status.ok() && response.balances_size() > 0) call.after = response.balances(0).active();
    Note(call, status);
  }

  void Note(Attempt& call, const absl::Status& status) {
    if (status.ok() || IsRefusal(status)) {
      call.told = base::MonotonicMicros();
      call.outcome = status.ok() ? Outcome::kDone : Outcome::kRefused;
      call.reason = status::ReasonOf(status);
    }
    attempts_.push_back(call);
  }

  std::mt19937_64 random_;
  const int number_;
  const std::vector<std::string>& members_;
  std::vector<std::unique_ptr<pb::WalletService::Stub>> stubs_;
  base::IdSource ids_;
  std::vector<Attempt> attempts_;
};

absl::StatusOr<std::vector<std::string>> Prepare(const std::shared_ptr<grpc::Channel>& channel) {
  pb::CreateProgramRequest program;
  program.mutable_program()->set_program_id(kProgram);
  program.mutable_program()->set_display_name("History");
  program.mutable_program()->set_currency_code("USD");
  program.mutable_program()->set_time_zone("UTC");
  pb::CreateProgramResponse made;
  grpc::ClientContext context;
  Deadline(context, kTimeout);
  LAUREL_RETURN_IF_ERROR(status::FromGrpc(
      pb::ProgramService::NewStub(channel)->CreateProgram(&context, program, &made)));
  std::vector<std::string> members;
  const auto stub = pb::MemberService::NewStub(channel);
  for (size_t i = 0; i < kWallets; ++i) {
    pb::EnrolMemberRequest request;
    request.set_program_id(kProgram);
    request.set_external_id(absl::StrCat("history-", i));
    request.set_request_id(absl::StrCat("history-", i));
    pb::EnrolMemberResponse response;
    grpc::ClientContext enrolling;
    Deadline(enrolling, kTimeout);
    LAUREL_RETURN_IF_ERROR(status::FromGrpc(stub->EnrolMember(&enrolling, request, &response)));
    members.push_back(response.member().member_id());
  }
  return members;
}

// The entries as the database has them, past the service.
absl::StatusOr<std::vector<Row>> ReadRows(const std::string& dsn,
                                          const std::vector<std::string>& members) {
  std::map<std::string, int> wallets;
  for (size_t i = 0; i < members.size(); ++i) {
    wallets[base::ToString(*base::DecodeId("mem", members[i]))] = static_cast<int>(i);
  }
  const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(dsn.c_str()),
                                                                &PQfinish);
  const std::string sql = absl::StrCat(
      "SELECT owner_id, seq, active_delta, active_after, encode(detail, 'hex') "
      "FROM members.entries WHERE program_id = '",
      base::ToString(*base::DecodeId("prg", kProgram)), "'");
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), sql.c_str()),
                                                             &PQclear);
  if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) {
    return absl::UnavailableError(PQerrorMessage(connection.get()));
  }
  std::vector<Row> rows;
  for (int i = 0; i < PQntuples(result.get()); ++i) {
    const auto field = [&](int column) { return std::string(PQgetvalue(result.get(), i, column)); };
    pb::Entry detail;
    detail.ParseFromString(absl::HexStringToBytes(field(4)));
    rows.push_back({wallets[field(0)], std::stoll(field(1)), std::stoll(field(2)),
                    std::stoll(field(3)), detail.request_id()});
  }
  return rows;
}

absl::Status Verify(const std::shared_ptr<grpc::Channel>& channel, int64_t entries) {
  pb::VerifyLedgerRequest request;
  request.set_program_id(kProgram);
  pb::VerifyLedgerResponse response;
  grpc::ClientContext context;
  Deadline(context, absl::Minutes(2));
  context.set_wait_for_ready(true);
  LAUREL_RETURN_IF_ERROR(status::FromGrpc(
      pb::WalletService::NewStub(channel)->VerifyLedger(&context, request, &response)));
  if (response.valid() && response.entry_count() == entries) return absl::OkStatus();
  return absl::InternalError("the ledger does not verify: " + response.ShortDebugString());
}

absl::Status Report(const std::vector<Attempt>& attempts, const std::vector<Row>& rows) {
  std::map<Outcome, int> outcomes;
  for (const Attempt& attempt : attempts) ++outcomes[attempt.outcome];
  std::printf("%zu calls: %d done, %d refused, %d unknown; %zu entries\n", attempts.size(),
              outcomes[Outcome::kDone], outcomes[Outcome::kRefused], outcomes[Outcome::kUnknown],
              rows.size());
  const auto faults = FaultsOf(attempts, rows);
  for (const std::string& fault : faults) std::printf("  %s\n", fault.c_str());
  if (!faults.empty()) return absl::InternalError("the history does not hold");
  // What would have been found had it been there: an acknowledged entry less, one doubled.
  std::vector<Row> broken = rows;
  for (auto row = broken.begin(); row != broken.end(); ++row) {
    const auto told = std::find_if(attempts.begin(), attempts.end(), [&](const Attempt& attempt) {
      return attempt.request_id == row->request_id && attempt.outcome == Outcome::kDone;
    });
    if (told == attempts.end()) continue;
    broken.erase(row);
    break;
  }
  if (FaultsOf(attempts, broken).empty()) return absl::InternalError("a lost entry is not missed");
  broken = rows;
  if (!rows.empty()) broken.push_back(rows.front());
  if (FaultsOf(attempts, broken).empty()) return absl::InternalError("a doubled one is not seen");
  return absl::OkStatus();
}

absl::Status Run(const std::string& targets, const std::string& dsn, uint64_t seed) {
  LAUREL_ASSIGN_OR_RETURN(tool::Settings settings, tool::ReadSettings(config::Environment()));
  Channels channels;
  const std::vector<std::string> all = absl::StrSplit(targets, ',');
  for (const std::string& target : all) {
    settings.members_target = target;
    LAUREL_ASSIGN_OR_RETURN(channels.emplace_back(), tool::MembersChannel(settings, false));
  }
  LAUREL_ASSIGN_OR_RETURN(const auto members, Prepare(channels.front()));
  std::vector<std::unique_ptr<Client>> clients;
  std::vector<std::thread> threads;
  std::atomic<bool> ends = false;
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(
        std::make_unique<Client>(seed + static_cast<uint64_t>(i), i, channels, members));
    threads.emplace_back([&client = *clients.back(), &ends] { client.Run(ends); });
  }
  std::printf("ready\n");
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  ends = true;
  for (std::thread& thread : threads) thread.join();
  std::vector<Attempt> attempts;
  for (const auto& client : clients) {
    attempts.insert(attempts.end(), client->attempts().begin(), client->attempts().end());
  }
  LAUREL_ASSIGN_OR_RETURN(const auto rows, ReadRows(dsn, members));
  LAUREL_RETURN_IF_ERROR(Report(attempts, rows));
  return Verify(channels.front(), static_cast<int64_t>(rows.size()));
}

}  // namespace
}  // namespace laurel::members::history

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: laurel-history TARGET,TARGET DSN SEED\n");
    return 2;
  }
  const absl::Status status = laurel::members::history::Run(argv[1], argv[2], std::stoull(argv[3]));
  if (status.ok()) return 0;
  std::fprintf(stderr, "laurel-history: %s\n", status.ToString().c_str());
  return 1;
}
