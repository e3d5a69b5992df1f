#include "tests/bench/ledger_bench.h"

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "laurel/members/v1/campaign.grpc.pb.h"
#include "lib/status/error.h"
#include "lib/status/mapping.h"
#include "tests/bench/campaign_mix.h"
#include "tests/bench/ledger_fill.h"
#include "tests/bench/pause.h"
#include "tests/bench/pgbench.h"
#include "tests/bench/process_cpu.h"

namespace laurel::bench {
namespace {

namespace pb = members::v1;

absl::Status MakeCampaigns(const std::shared_ptr<grpc::Channel>& channel) {
  const auto stub = pb::CampaignService::NewStub(channel);
  int number = 0;
  for (const pb::Campaign& campaign : CampaignMix(10, Stores::kSome)) {
    pb::CreateCampaignRequest request;
    request.set_program_id(kOrdersProgram);
    request.set_request_id(absl::StrCat("campaign-", ++number));
    request.set_activate(true);
    *request.mutable_campaign() = campaign;
    pb::CreateCampaignResponse response;
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(30)));
    LAUREL_RETURN_IF_ERROR(status::FromGrpc(stub->CreateCampaign(&context, request, &response)));
  }
  return absl::OkStatus();
}

// What is measured begins with connections, plans and caches that are there.
absl::StatusOr<LoadResult> WarmUp(Run& run, const std::vector<Server*>& servers,
                                  const std::vector<std::string>& members) {
  return Measure(run, servers, kPostsProgram, members,
                 {.label = "to warm up", .load = {.in_flight = 64, .seconds = 2}});
}

absl::Status PostLoads(Run& run, Server& server, const std::vector<std::string>& members) {
  for (const auto& [in_flight, per_call] :
       std::vector<std::pair<int, int>>{{1, 1}, {16, 1}, {64, 1}, {256, 1}, {32, 16}}) {
    LAUREL_RETURN_IF_ERROR(
        Measure(run, {&server}, kPostsProgram, members,
                {.name = absl::StrFormat("posts_%d_in_flight_%d_a_call", in_flight, per_call),
                 .label = absl::StrFormat("%d in flight, %d a call", in_flight, per_call),
                 .mix = {.posts_per_call = per_call},
                 .load = {.in_flight = in_flight, .seconds = run.options.seconds}})
            .status());
  }
  for (const int per_second : {3000, 6000}) {
    LAUREL_RETURN_IF_ERROR(
        Measure(run, {&server}, kPostsProgram, members,
                {.name = absl::StrFormat("open_loop_%d", per_second),
                 .label = absl::StrFormat("open loop at %d a second", per_second),
                 .load = {.per_second = per_second, .seconds = run.options.seconds}})
            .status());
  }
  return absl::OkStatus();
}

absl::Status OrderLoad(Run& run, Server& server, World& world) {
  LAUREL_RETURN_IF_ERROR(MakeProgram(server.channel, kOrdersProgram));
  LAUREL_RETURN_IF_ERROR(MakeCampaigns(server.channel));
  LAUREL_ASSIGN_OR_RETURN(const auto buyers, FillOpening(world.database().admin_dsn(),
                                                         kOrdersProgram, run.options.members));
  const Mix orders{.calls = Mix::Calls::kOrders};
  LAUREL_RETURN_IF_ERROR(
      Measure(run, {&server}, kOrdersProgram, buyers,
              {.label = "to warm up", .mix = orders, .load = {.in_flight = 64, .seconds = 2}})
          .status());
  LAUREL_RETURN_IF_ERROR(Measure(run, {&server}, kOrdersProgram, buyers,
                                 {.name = "orders_256_in_flight",
                                  .label = "RecordOrder, 256 in flight",
                                  .mix = orders,
                                  .load = {.in_flight = 256, .seconds = run.options.seconds},
                                  .wal_of = &world})
                             .status());
  return Verify(server.channel, kOrdersProgram);
}

absl::Status OneByOne(Run& run, const PgbenchDatabase& database) {
  LAUREL_ASSIGN_OR_RETURN(
      auto process,
      ServerProcess::Start({run.options.self, "once-server"},
                           {{"LAUREL_BENCH_DSN", database.dsn()},
                            {"LAUREL_BENCH_CONNECTIONS", "32"},
                            {"LAUREL_BENCH_READY_FILE", "READY"},
                            {"LAUREL_BENCH_CA_FILE", std::getenv("LAUREL_COMMON_CA_FILE")},
                            {"LAUREL_BENCH_CERT_FILE", std::getenv("LAUREL_MEMBERS_CERT_FILE")},
                            {"LAUREL_BENCH_KEY_FILE", std::getenv("LAUREL_MEMBERS_KEY_FILE")}}));
  Server server{.process = std::move(process)};
  LAUREL_ASSIGN_OR_RETURN(server.channel, ChannelTo(run, server.process->target()));
  const std::vector<std::string> members = database.MemberIds();
  for (const int in_flight : {64, 256}) {
    LAUREL_RETURN_IF_ERROR(
        Measure(run, {&server}, kPostsProgram, members,
                {.name = absl::StrFormat("once_%d_in_flight", in_flight),
                 .label = absl::StrFormat("%d in flight, one transaction each", in_flight),
                 .load = {.in_flight = in_flight, .seconds = run.options.seconds}})
            .status());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CompareWithOthers(Run& run) {
  std::printf("pgbench: the same rows as one prepared call per transaction, %d wallets\n",
              run.options.members);
  LAUREL_ASSIGN_OR_RETURN(const auto database,
                          PgbenchDatabase::Make(run.admin_dsn, run.options.members));
  PgbenchResult best;
  for (const int clients : {8, 16, 32}) {
    PgbenchResult r;
    for (int attempt = 1; attempt == 1 || Disturbed(run.options, attempt - 1, r.stolen_percent);
         ++attempt) {
      LAUREL_ASSIGN_OR_RETURN(r, database->Run(clients, run.options.seconds));
      std::printf("  %2d clients %31.0f /s   mean %6.2f ms   postgres %4.0f us   stolen %.0f %%\n",
                  r.clients, r.transactions_per_second, r.latency_ms, r.postgres_cpu_us,
                  r.stolen_percent);
    }
    if (r.transactions_per_second > best.transactions_per_second) best = r;
  }
  run.pgbench_rate = best.transactions_per_second;
  run.pgbench_cpu_us = best.postgres_cpu_us;
  run.figures.Note("pgbench_best_tps", best.transactions_per_second);
  run.figures.Note("pgbench_best_clients", best.clients);
  run.figures.Note("pgbench_postgres_cpu_us", best.postgres_cpu_us);
  if (run.options.what == "import" || run.options.what == "orders") return absl::OkStatus();
  std::printf("a gRPC server with one transaction per rpc, on the same tables\n");
  return OneByOne(run, *database);
}

absl::Status MeasureLedger(Run& run) {
  std::printf("members-svc, %d members, 80 %% earn and 20 %% spend, every answer checked\n",
              run.options.members);
  World world(run);
  LAUREL_ASSIGN_OR_RETURN(Server server, world.Start());
  LAUREL_RETURN_IF_ERROR(MakeProgram(server.channel, kPostsProgram));
  LAUREL_ASSIGN_OR_RETURN(const auto members, FillOpening(world.database().admin_dsn(),
                                                          kPostsProgram, run.options.members));
  LAUREL_RETURN_IF_ERROR(Measure(run, {&server}, kPostsProgram, members,
                                 {.label = "to warm up", .load = {.in_flight = 64, .seconds = 2}})
                             .status());
  LAUREL_RETURN_IF_ERROR(Measure(run, {&server}, kPostsProgram, members,
                                 {.name = "posts_after_checkpoint",
                                  .label = "256 in flight, after a checkpoint",
                                  .load = {.in_flight = 256, .seconds = run.options.seconds},
                                  .wal_of = &world,
                                  .checkpoint_before = true})
                             .status());
  LAUREL_RETURN_IF_ERROR(PostLoads(run, server, members));
  LAUREL_RETURN_IF_ERROR(Measure(run, {&server}, kPostsProgram, members,
                                 {.name = "posts_steady",
                                  .label = "256 in flight, once more",
                                  .load = {.in_flight = 256, .seconds = run.options.seconds},
                                  .wal_of = &world})
                             .status());
  const double resident = static_cast<double>(ResidentBytesOf(server.process->pid())) / 1e6;
  std::printf("  members-svc resident %.0f MB\n", resident);
  run.figures.Note("members_resident_mb", resident);

  LAUREL_RETURN_IF_ERROR(OrderLoad(run, server, world));
  return Verify(server.channel, kPostsProgram);
}

absl::Status MeasureOrders(Run& run) {
  std::printf("members-svc, %d members, ten campaigns, every answer checked\n",
              run.options.members);
  World world(run);
  LAUREL_ASSIGN_OR_RETURN(Server server, world.Start());
  return OrderLoad(run, server, world);
}

absl::Status MeasureConflicts(Run& run) {
  std::printf("two members-svc on one schema\n");
  World world(run);
  LAUREL_ASSIGN_OR_RETURN(Server one, world.Start());
  LAUREL_ASSIGN_OR_RETURN(Server two, world.Start());
  LAUREL_RETURN_IF_ERROR(MakeProgram(one.channel, kPostsProgram));
  LAUREL_ASSIGN_OR_RETURN(const auto members, FillOpening(world.database().admin_dsn(),
                                                          kPostsProgram, run.options.members));
  world.Checkpoint();
  LAUREL_ASSIGN_OR_RETURN(const LoadResult warm, WarmUp(run, {&one, &two}, members));
  int64_t posted = run.options.members + warm.posts;
  for (const size_t hot : {size_t{0}, size_t{200}}) {
    const auto conflicts = [&] {
      return one.process->Metric("laurel_members_ledger_conflicts_total") +
             two.process->Metric("laurel_members_ledger_conflicts_total");
    };
    const auto batches = [&] {
      return one.process->Metric("laurel_members_ledger_batch_commands_count") +
             two.process->Metric("laurel_members_ledger_batch_commands_count");
    };
    const double conflicts_before = conflicts();
    const double batches_before = batches();
    const std::string name = hot == 0 ? "two_processes_random" : "two_processes_hot";
    LAUREL_ASSIGN_OR_RETURN(
        const LoadResult r,
        Measure(run, {&one, &two}, kPostsProgram, members,
                {.name = name,
                 .label = hot == 0 ? "256 in flight, wallets at random" : "half on 200 wallets",
                 .mix = {.hot_wallets = hot},
                 .load = {.in_flight = 256, .seconds = run.options.seconds}}));
    posted += r.posts;
    Pause(absl::Seconds(2));  // the metrics are copied every second
    const double again = conflicts() - conflicts_before;
    const double share = 100 * again / std::max(1.0, batches() - batches_before);
    std::printf("  %-34s %8.0f batches run again, %.1f %% of all\n", "  its conflicts", again,
                share);
    run.figures.Note(name + "_conflict_percent", share);
  }
  const std::string counts = world.database().Admin(
      "SELECT count(*) || ' ' || count(DISTINCT request_key) FROM entries")[0];
  const std::string wanted = absl::StrCat(posted, " ", posted);
  if (counts != wanted) {
    return absl::InternalError("entries and request ids are " + counts + " and not " + wanted);
  }
  std::printf("  %lld posts acknowledged, as many entries and request ids: 0 lost, 0 doubled\n",
              static_cast<long long>(posted));
  return Verify(one.channel, kPostsProgram);
}

}  // namespace laurel::bench
