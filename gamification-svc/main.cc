// gamification-svc: challenges, badges and the leaderboard, fed by events.

#include "lib/server/main.h"

#include "gamification-svc/config.h"
#include "gamification-svc/service.h"
#include "gamification-svc/statements.h"
#include "laurel/members/v1/wallet.grpc.pb.h"
#include "lib/client/channel.h"
#include "lib/db/migrate.h"
#include "lib/events/subscribers.h"
#include "lib/events/upkeep.h"
#include "lib/log/log.h"
#include "lib/payout/wallet_payer.h"
#include "lib/server/server.h"
#include "lib/status/error.h"

namespace laurel::gamification {
namespace {

absl::Status Serve() {
  config::Reader reader("GAMIFICATION", config::Environment());
  const Config config = ReadConfig(reader);
  LAUREL_RETURN_IF_ERROR(reader.Finish());
  log::Info("configured", {{"settings", reader.Describe()}});

  const tls::Files files{config.common.ca_file, config.server.cert_file, config.server.key_file};
  LAUREL_ASSIGN_OR_RETURN(const auto server,
                          server::Server::Create("gamification", config.common, config.server));
  LAUREL_ASSIGN_OR_RETURN(const auto pool,
                          db::Pool::Open({.dsn = config.dsn,
                                          .size = static_cast<size_t>(config.server.pool_size),
                                          .application_name = "gamification-svc"},
                                         Statements()));
  LAUREL_ASSIGN_OR_RETURN(
      const auto members_channel,
      client::NewChannel(
          {.target = config.members_target, .peer_name = "members", .files = files}));
  const auto wallets = laurel::members::v1::WalletService::NewStub(members_channel);
  LAUREL_ASSIGN_OR_RETURN(auto subscribers, events::MakeSubscribers(config.subscribers, files));

  outbox::Relay relay(*pool, server->clock(), server->ids(), {.source = "gamification"},
                      std::move(subscribers));
  events::Consumer consumer(*pool, server->clock(), server->metrics());
  events::Upkeep upkeep(*pool, server->clock(), relay, server->metrics(),
                        {.without_subscribers = config.subscribers.empty()});
  const base::SystemClock machine_clock;
  payout::Worker worker(*pool, server->clock(), machine_clock, server->metrics(),
                        payout::MakeWalletPayer(*wallets));
  jobs::Periodic payer("payouts", absl::Milliseconds(500), [&] { return worker.Run(); });

  const Deps deps{.clock = server->clock(),
                  .ids = server->ids(),
                  .pool = *pool,
                  .relay = relay,
                  .consumer = consumer,
                  .payer = payer};
  ChallengeService challenges(server->runtime(), deps);
  BadgeService badges(server->runtime(), deps);
  LeaderboardService leaderboard(server->runtime(), deps);
  EventSinkService sink(server->runtime(), deps);
  server->Add(&challenges);
  server->Add(&badges);
  server->Add(&leaderboard);
  server->Add(&sink);

  LAUREL_RETURN_IF_ERROR(server->Start());
  relay.Start();
  payer.Start();
  upkeep.Start();
  server->OnDrain("payouts", [&] { payer.Stop(); });
  server->OnDrain("relay", [&] { relay.Stop(); });
  server->OnDrain("upkeep", [&] { upkeep.Stop(); });
  return server->Run();
}

absl::Status Migrate() {
  config::Reader reader("GAMIFICATION", config::Environment());
  const std::string dsn = reader.Required("OWNER_DSN");
  reader.IgnoreUnknown();
  LAUREL_RETURN_IF_ERROR(reader.Finish());
  std::vector<std::string> applied;
  LAUREL_RETURN_IF_ERROR(db::Migrate(dsn, "gamification_app", Migrations(), &applied));
  for (const std::string& name : applied) log::Info("migrated", {{"migration", name}});
  return absl::OkStatus();
}

}  // namespace
}  // namespace laurel::gamification

int main(int argc, char** argv) {
  return laurel::server::Main(argc, argv,
                              {.program = "gamification-svc",
                               .serve = laurel::gamification::Serve,
                               .migrate = laurel::gamification::Migrate});
}
