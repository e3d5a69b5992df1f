// rewards-svc: the catalogue, its stock, and redemptions. `serve` runs it, `migrate` brings its
// schema up to date.
#include "lib/server/main.h"

#include "absl/status/status.h"
#include "lib/client/channel.h"
#include "lib/db/migrate.h"
#include "lib/events/subscribers.h"
#include "lib/events/upkeep.h"
#include "lib/log/log.h"
#include "lib/server/server.h"
#include "lib/status/error.h"
#include "rewards-svc/config.h"
#include "rewards-svc/jobs/saga_driver.h"
#include "rewards-svc/jobs/saga_worker.h"
#include "rewards-svc/reward_way_service.h"
#include "rewards-svc/service.h"
#include "rewards-svc/statements.h"

namespace laurel::rewards {
namespace {

absl::Status Serve() {
  config::Reader reader("REWARDS", config::Environment());
  const Config config = ReadConfig(reader);
  LAUREL_RETURN_IF_ERROR(reader.Finish());
  log::Info("configured", {{"settings", reader.Describe()}});

  LAUREL_ASSIGN_OR_RETURN(const auto server,
                          server::Server::Create("rewards", config.common, config.server));
  LAUREL_ASSIGN_OR_RETURN(const auto pool,
                          db::Pool::Open({.dsn = config.dsn,
                                          .size = static_cast<size_t>(config.server.pool_size),
                                          .application_name = "rewards-svc"},
                                         Statements()));
  const tls::Files files{config.common.ca_file, config.server.cert_file, config.server.key_file};
  LAUREL_ASSIGN_OR_RETURN(auto subscribers, events::MakeSubscribers(config.subscribers, files));
  LAUREL_ASSIGN_OR_RETURN(const auto members_channel,
                          client::NewChannel({.target = config.members_target,
                                              .peer_name = "members",
                                              .files = files,
                                              .retries = false}));
  const MembersClient members(members_channel);
  const base::SystemClock machine;
  Metrics metrics(server->metrics());
  outbox::Relay relay(*pool, server->clock(), server->ids(), {.source = "rewards"},
                      std::move(subscribers));
  SagaDriver sagas({.clock = server->clock(),
                    .machine = machine,
                    .ids = server->ids(),
                    .pool = *pool,
                    .relay = relay,
                    .metrics = metrics,
                    .members = members});
  SagaWorker worker({.clock = server->clock(), .pool = *pool, .metrics = metrics, .sagas = sagas});
  events::Upkeep upkeep(*pool, server->clock(), relay, server->metrics(),
                        {.without_subscribers = config.subscribers.empty()});
  events::Consumer consumer(*pool, server->clock(), server->metrics());
  const Deps deps{.clock = server->clock(),
                  .machine = machine,
                  .ids = server->ids(),
                  .pool = *pool,
                  .metrics = metrics,
                  .sagas = sagas,
                  .consumer = consumer,
                  .relay = relay};
  RewardService reward_service(server->runtime(), deps);
  RedemptionService redemption_service(server->runtime(), deps);
  const WayDeps way_deps{.clock = server->clock(), .pool = *pool, .members = members};
  RewardWayService reward_way_service(server->runtime(), way_deps);
  EventSinkService sink(server->runtime(), deps);
  server->Add(&reward_service);
  server->Add(&redemption_service);
  server->Add(&reward_way_service);
  server->Add(&sink);
  server->OnDrain("saga worker", [&worker] { worker.Stop(); });
  server->OnDrain("relay", [&relay] { relay.Stop(); });
  server->OnDrain("upkeep", [&upkeep] { upkeep.Stop(); });
  relay.Start();
  upkeep.Start();
  worker.Start();
  return server->Run();
}

absl::Status Migrate() {
  config::Reader reader("REWARDS", config::Environment());
  const std::string owner_dsn = reader.Required("OWNER_DSN");
  reader.IgnoreUnknown();
  LAUREL_RETURN_IF_ERROR(reader.Finish());
  std::vector<std::string> applied;
  LAUREL_RETURN_IF_ERROR(db::Migrate(owner_dsn, "rewards_app", Migrations(), &applied));
  for (const std::string& name : applied) log::Info("migrated", {{"name", name}});
  return absl::OkStatus();
}

}  // namespace
}  // namespace laurel::rewards

int main(int argc, char** argv) {
  return laurel::server::Main(argc, argv,
                              {.program = "rewards-svc",
                               .serve = laurel::rewards::Serve,
                               .migrate = laurel::rewards::Migrate});
}
