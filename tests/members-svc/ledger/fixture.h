// A ledger over a database of its own, with a programme and members.
#pragma once

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "lib/base/bucket.h"
#include "members-svc/deps.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/ledger/ledger.h"
#include "members-svc/statements.h"
#include "members-svc/store/campaign_cache.h"
#include "tests/testing/database.h"

namespace laurel::members::testing {

inline constexpr char kProgram[] = "prg_01jd0000000000000000000009";
inline const absl::Time kStart =
    absl::FromCivil(absl::CivilSecond(2026, 3, 10, 12), absl::UTCTimeZone());

// One members-svc as a process would have it; several may share a database.
struct Process {
  explicit Process(laurel::testing::TestDatabase& database, base::ManualClock& shared_clock,
                   Ledger::Options options = {})
      : clock(shared_clock),
        pool(database.NewPool(8)),
        keys(*crypto::KeyRing::Make(std::string(64, 'a'))),
        index(*crypto::BlindIndex::Make(std::string(64, 'b'))),
        relay(*pool, clock, ids, {.source = "members"}, {}),
        ledger({clock, ids, *pool, relay, index, campaigns, &tiers}, options),
        deps{clock, ids, *pool, relay, keys, index, campaigns, ledger, &tiers} {
    call.caller.kind = laurel::api::v1::CALLER_KIND_PEER;
    call.caller.subject = "operator";
    call.caller.roles = {laurel::api::v1::ROLE_OPERATOR};
    call.deadline = absl::InfiniteFuture();
    call.method = "Test";
  }

  const base::ManualClock& clock;
  base::IdSource ids;
  std::unique_ptr<db::Pool> pool;
  crypto::KeyRing keys;
  crypto::BlindIndex index;
  CampaignCache campaigns;
  outbox::Relay relay;
  TierQueue tiers;
  Ledger ledger;
  Deps deps;
  server::Call call;

  // Runs an asynchronous handler and waits.
  template <typename Handler, typename Request, typename Response>
  absl::Status Call(Handler handler, const Request& request, Response* response) {
    std::promise<absl::Status> answered;
    handler(deps, call, request, response,
            [&answered](absl::Status status) { answered.set_value(std::move(status)); });
    return answered.get_future().get();
  }
};

struct World {
  World() : clock(kStart), database("members", Statements(), Migrations()) {
    process = std::make_unique<Process>(database, clock);
  }

  void MakeProgram(const std::vector<v1::WalletType>& wallets = {}) {
    v1::CreateProgramRequest request;
    request.mutable_program()->set_program_id(kProgram);
    request.mutable_program()->set_display_name("Test");
    request.mutable_program()->set_currency_code("USD");
    request.mutable_program()->set_time_zone("UTC");
    for (const auto& wallet : wallets) *request.add_wallet_types() = wallet;
    v1::CreateProgramResponse response;
    Check(handlers::CreateProgram(process->deps, process->call, request, &response));
  }

  std::string Enrol(const std::string& external_id) {
    v1::EnrolMemberRequest request;
    request.set_program_id(kProgram);
    request.set_external_id(external_id);
    v1::EnrolMemberResponse response;
    Check(handlers::EnrolMember(process->deps, process->call, request, &response));
    return response.member().member_id();
  }

  absl::StatusOr<v1::Entry> Earn(const std::string& member, int64_t amount,
                                 const std::string& request_id) {
    v1::EarnPointsRequest request;
    request.set_program_id(kProgram);
    request.set_member_id(member);
    request.set_amount(amount);
    request.set_request_id(request_id);
    v1::EarnPointsResponse response;
    const absl::Status status = process->Call(handlers::EarnPoints, request, &response);
    if (!status.ok()) return status;
    return response.entry();
  }

  absl::StatusOr<v1::Entry> Spend(const std::string& member, int64_t amount,
                                  const std::string& request_id) {
    v1::SpendPointsRequest request;
    request.set_program_id(kProgram);
    request.set_member_id(member);
    request.set_amount(amount);
    request.set_request_id(request_id);
    v1::SpendPointsResponse response;
    const absl::Status status = process->Call(handlers::SpendPoints, request, &response);
    if (!status.ok()) return status;
    return response.entry();
  }

  v1::Balance Balance(const std::string& member) {
    v1::ListBalancesRequest request;
    request.set_program_id(kProgram);
    request.set_member_id(member);
    v1::ListBalancesResponse response;
    Check(handlers::ListBalances(process->deps, process->call, request, &response));
    return response.balances(0);
  }

  // Of one wallet type; empty where the member has no such wallet.
  v1::Balance BalanceOf(const std::string& member, const std::string& wallet_type = "points") {
    v1::ListBalancesRequest request;
    request.set_program_id(kProgram);
    request.set_member_id(member);
    v1::ListBalancesResponse response;
    Check(handlers::ListBalances(process->deps, process->call, request, &response));
    for (const v1::Balance& balance : response.balances()) {
      if (balance.wallet_type() == wallet_type) return balance;
    }
    return {};
  }

  // Newest first; of all wallets unless a type is named.
  std::vector<v1::Entry> Entries(const std::string& member, const std::string& wallet_type = "") {
    v1::ListEntriesRequest request;
    request.set_program_id(kProgram);
    request.set_member_id(member);
    request.set_wallet_type(wallet_type);
    v1::ListEntriesResponse response;
    Check(handlers::ListEntries(process->deps, process->call, request, &response));
    return {response.entries().begin(), response.entries().end()};
  }

  v1::VerifyLedgerResponse Verify() {
    v1::VerifyLedgerRequest request;
    request.set_program_id(kProgram);
    v1::VerifyLedgerResponse response;
    Check(handlers::VerifyLedger(process->deps, process->call, request, &response));
    return response;
  }

  static void Check(const absl::Status& status) {
    if (status.ok()) return;
    std::fprintf(stderr, "%s\n", status.ToString().c_str());
    std::abort();
  }

  base::ManualClock clock;
  laurel::testing::TestDatabase database;
  std::unique_ptr<Process> process;
};

}  // namespace laurel::members::testing
