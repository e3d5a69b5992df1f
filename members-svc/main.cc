// members-svc: programmes, members, orders, campaigns and the points ledger. `serve` runs it,
// `migrate` brings its schema up to date.
#include "lib/server/main.h"

#include "absl/status/status.h"
#include "lib/config/file.h"
#include "lib/db/migrate.h"
#include "lib/events/subscribers.h"
#include "lib/events/upkeep.h"
#include "lib/jobs/periodic.h"
#include "lib/log/log.h"
#include "lib/server/server.h"
#include "lib/status/error.h"
#include "members-svc/adjustment_service.h"
#include "members-svc/config.h"
#include "members-svc/household_service.h"
#include "members-svc/job_service.h"
#include "members-svc/jobs/bulk_jobs.h"
#include "members-svc/jobs/daily_work.h"
#include "members-svc/jobs/expire_reservations.h"
#include "members-svc/jobs/seal_roots.h"
#include "members-svc/jobs/settle_due.h"
#include "members-svc/ledger/ledger.h"
#include "members-svc/ledger_service.h"
#include "members-svc/metrics.h"
#include "members-svc/service.h"
#include "members-svc/statements.h"
#include "members-svc/store/campaign_cache.h"

namespace laurel::members {
namespace {

// Points that fall due at a midnight are settled within this of it, wherever the midnight is.
constexpr absl::Duration kSettleInterval = absl::Minutes(10);
// How soon after a midnight the programme's daily work begins.
constexpr absl::Duration kDailyInterval = absl::Seconds(10);

// Once they are released, the next round looks again at once for what fell due meanwhile.
absl::StatusOr<bool> ExpireRound(db::Pool& pool, const base::Clock& clock, Ledger& ledger) {
  LAUREL_ASSIGN_OR_RETURN(const int64_t released, ExpireReservations(pool, clock, ledger));
  return released > 0;
}

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
  Ledger ledger({.clock = clock,
                 .ids = server->ids(),
                 .pool = *pool,
                 .relay = relay,
                 .index = index,
                 .campaigns = campaigns},
                {.batch = {.max_batch = static_cast<size_t>(config.ledger_batch),
                           .lanes = static_cast<size_t>(config.ledger_lanes)}});
  events::Upkeep upkeep(*pool, clock, relay, server->metrics(),
                        {.without_subscribers = config.subscribers.empty()});
  LedgerMetrics ledger_metrics(ledger, server->metrics());
  jobs::Periodic expiry("expire reservations", absl::Seconds(5),
                        [&] { return ExpireRound(*pool, clock, ledger); });
  jobs::Periodic sealer("seal roots", absl::Minutes(1), [&] { return SealNextHour(*pool, clock); });
  BulkJobs bulk_jobs(*pool, clock, server->ids(), ledger);
  jobs::Periodic bulk("bulk jobs", absl::Seconds(1), [&] { return bulk_jobs.Round(); });
  std::atomic<bool> settling_ends = false;
  DailyWork daily_work({*pool, clock, server->ids(), ledger, campaigns, relay});
  jobs::Periodic daily("daily work", kDailyInterval,
                       [&] { return daily_work.Round(settling_ends); });
  const SettleOptions settle_options{.first_slice =
                                         static_cast<int>(server->ids().Random64() % kSlices)};
  jobs::Periodic settling("settle due", kSettleInterval, [&]() -> absl::StatusOr<bool> {
    LAUREL_RETURN_IF_ERROR(
        SettleDueWallets(*pool, clock, ledger, settle_options, settling_ends).status());
    return false;
  });
  const Deps deps{.clock = clock,
                  .ids = server->ids(),
                  .pool = *pool,
                  .relay = relay,
                  .keys = keys,
                  .index = index,
                  .campaigns = campaigns,
                  .ledger = ledger};

  ProgramService program_service(server->runtime(), deps);
  MemberService member_service(server->runtime(), deps);
  AccessService access_service(server->runtime(), deps);
  CampaignService campaign_service(server->runtime(), deps);
  WalletService wallet_service(server->runtime(), deps);
  OrderService order_service(server->runtime(), deps);
  LedgerService ledger_service(server->runtime(), deps);
  AdjustmentService adjustment_service(server->runtime(), deps);
  JobService job_service(server->runtime(), deps);
  DailyWorkService daily_work_service(server->runtime(), deps);
  HouseholdService household_service(server->runtime(), deps);
  for (grpc::Service* service : std::initializer_list<grpc::Service*>{
           &program_service, &member_service, &access_service, &campaign_service, &wallet_service,
           &order_service, &ledger_service, &adjustment_service, &job_service,
           &daily_work_service, &household_service}) {
    server->Add(service);
  }
  server->OnDrain("expiry", [&expiry] { expiry.Stop(); });
  server->OnDrain("sealer", [&sealer] { sealer.Stop(); });
  server->OnDrain("bulk jobs", [&bulk] { bulk.Stop(); });
  server->OnDrain("settling", [&daily, &settling, &settling_ends] {
    settling_ends = true;
    daily.Stop();
    settling.Stop();
  });
  server->OnDrain("ledger", [&ledger] { ledger.Stop(); });
  server->OnDrain("metrics", [&ledger_metrics] { ledger_metrics.Stop(); });
  server->OnDrain("relay", [&relay] { relay.Stop(); });
  server->OnDrain("upkeep", [&upkeep] { upkeep.Stop(); });
  relay.Start();
  upkeep.Start();
  expiry.Start();
  sealer.Start();
  bulk.Start();
  settling.Start();
  daily.Start();
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
