// members-svc: programmes, members, orders, campaigns and the points ledger. `serve` runs it,
// `migrate` brings its schema up to date.
#include "lib/server/main.h"

#include "absl/status/status.h"
#include "lib/config/file.h"
#include "lib/db/migrate.h"
#include "lib/events/subscribers.h"
#include "lib/events/upkeep.h"
#include "lib/log/log.h"
#include "lib/server/server.h"
#include "lib/status/error.h"
#include "members-svc/activity_service.h"
#include "members-svc/adjustment_service.h"
#include "members-svc/campaign_life_service.h"
#include "members-svc/config.h"
#include "members-svc/household_service.h"
#include "members-svc/job_service.h"
#include "members-svc/jobs/all_jobs.h"
#include "members-svc/ledger/ledger.h"
#include "members-svc/ledger_service.h"
#include "members-svc/metrics.h"
#include "members-svc/segment_service.h"
#include "members-svc/service.h"
#include "members-svc/statements.h"
#include "members-svc/store/campaign_cache.h"
#include "members-svc/tier_service.h"
#include "members-svc/trial_service.h"
#include "members-svc/way_service.h"

namespace laurel::members {
namespace {

// All services of the program.
struct Services {
  Services(server::Runtime& runtime, const Deps& deps)
      : programs(runtime, deps),
        members(runtime, deps),
        access(runtime, deps),
        campaigns(runtime, deps),
        campaign_life(runtime, deps),
        settings(runtime, deps),
        wallets(runtime, deps),
        orders(runtime, deps),
        ledger(runtime, deps),
        adjustments(runtime, deps),
        jobs(runtime, deps),
        daily_work(runtime, deps),
        households(runtime, deps),
        simulations(runtime, deps),
        replays(runtime, deps),
        activities(runtime, deps),
        tiers(runtime, deps),
        segments(runtime, deps),
        ways(runtime, deps) {}

  void AddTo(server::Server& server) {
    for (grpc::Service* service : std::initializer_list<grpc::Service*>{
             &programs, &members, &access, &campaigns, &campaign_life, &settings, &wallets, &orders,
             &ledger, &adjustments, &jobs, &daily_work, &households, &simulations, &replays,
             &activities, &tiers, &segments, &ways}) {
      server.Add(service);
    }
  }

  ProgramService programs;
  MemberService members;
  AccessService access;
  CampaignService campaigns;
  CampaignLifeService campaign_life;
  ProgramSettingsService settings;
  WalletService wallets;
  OrderService orders;
  LedgerService ledger;
  AdjustmentService adjustments;
  JobService jobs;
  DailyWorkService daily_work;
  HouseholdService households;
  SimulationService simulations;
  ReplayService replays;
  ActivityService activities;
  TierService tiers;
  SegmentService segments;
  WayService ways;
};

absl::Status Serve() {
  config::Reader reader("MEMBERS", config::Environment());
  const Config config = ReadConfig(reader);
  LAUREL_RETURN_IF_ERROR(reader.Finish());
  log::Info("configured", {{"settings", reader.Describe()}});

  LAUREL_ASSIGN_OR_RETURN(const std::string master_key, config::ReadFile(config.master_key_file));
  LAUREL_ASSIGN_OR_RETURN(const std::string index_key, config::ReadFile(config.index_key_file));
  LAUREL_ASSIGN_OR_RETURN(const auto keys, crypto::KeyRing::Make(master_key));
  LAUREL_ASSIGN_OR_RETURN(const auto index, crypto::BlindIndex::Make(index_key));
  LAUREL_ASSIGN_OR_RETURN(const auto server,
                          server::Server::Create("members", config.common, config.server));
  LAUREL_ASSIGN_OR_RETURN(const auto pool,
                          db::Pool::Open({.dsn = config.dsn,
                                          .size = static_cast<size_t>(config.server.pool_size),
                                          .application_name = "members-svc"},
                                         Statements()));
  LAUREL_ASSIGN_OR_RETURN(
      auto subscribers,
      events::MakeSubscribers(config.subscribers, {config.common.ca_file, config.server.cert_file,
                                                   config.server.key_file}));

  const base::Clock& clock = server->clock();
  outbox::Relay relay(*pool, clock, server->ids(), {.source = "members"}, std::move(subscribers));
  CampaignCache campaigns;
  TierQueue tier_queue;
  Ledger ledger({.clock = clock,
                 .ids = server->ids(),
                 .pool = *pool,
                 .relay = relay,
                 .index = index,
                 .campaigns = campaigns,
                 .tiers = &tier_queue},
                {.batch = {.max_batch = static_cast<size_t>(config.ledger_batch),
                           .lanes = static_cast<size_t>(config.ledger_lanes),
                           .pace = absl::Microseconds(config.ledger_pace_us)}});
  events::Upkeep upkeep(*pool, clock, relay, server->metrics(),
                        {.without_subscribers = config.subscribers.empty()});
  LedgerMetrics ledger_metrics(ledger, server->metrics());
  const Deps deps{.clock = clock,
                  .ids = server->ids(),
                  .pool = *pool,
                  .relay = relay,
                  .keys = keys,
                  .index = index,
                  .campaigns = campaigns,
                  .ledger = ledger,
                  .queue = &tier_queue};

  Services services(server->runtime(), deps);
  services.AddTo(*server);
  auto& passed_over = server->metrics().Counter(
      "members_passed_over_total",
      "Members whose tiers or segments could not be evaluated by what is recorded about them.");
  AllJobs jobs(deps, tier_queue, [&passed_over] { passed_over.Increment(); });
  server->OnDrain("jobs", [&jobs] { jobs.Stop(); });
  server->OnDrain("ledger", [&ledger] { ledger.Stop(); });
  server->OnDrain("metrics", [&ledger_metrics] { ledger_metrics.Stop(); });
  server->OnDrain("relay", [&relay] { relay.Stop(); });
  server->OnDrain("upkeep", [&upkeep] { upkeep.Stop(); });
  relay.Start();
  upkeep.Start();
  jobs.Start();
  ledger_metrics.Start();
  return server->Run();
}

absl::Status Migrate() {
  config::Reader reader("MEMBERS", config::Environment());
  const std::string owner_dsn = reader.Required("OWNER_DSN");
  reader.IgnoreUnknown();
  LAUREL_RETURN_IF_ERROR(reader.Finish());
  std::vector<std::string> applied;
  LAUREL_RETURN_IF_ERROR(db::Migrate(owner_dsn, "members_app", Migrations(), &applied));
  for (const std::string& name : applied) log::Info("migrated", {{"name", name}});
  return absl::OkStatus();
}

}  // namespace
}  // namespace laurel::members

int main(int argc, char** argv) {
  return laurel::server::Main(argc, argv,
                              {.program = "members-svc",
                               .serve = laurel::members::Serve,
                               .migrate = laurel::members::Migrate});
}
