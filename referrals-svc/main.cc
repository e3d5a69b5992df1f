// referrals-svc: codes, referrals and what they pay.

#include "lib/server/main.h"

#include "laurel/members/v1/wallet.grpc.pb.h"
#include "lib/client/channel.h"
#include "lib/db/migrate.h"
#include "lib/events/subscribers.h"
#include "lib/events/upkeep.h"
#include "lib/log/log.h"
#include "lib/payout/wallet_payer.h"
#include "lib/server/server.h"
#include "lib/status/error.h"
#include "referrals-svc/config.h"
#include "referrals-svc/service.h"
#include "referrals-svc/statements.h"

namespace laurel::referrals {
namespace {

absl::Status Serve() {
  config::Reader reader("REFERRALS", config::Environment());
  const Config config = ReadConfig(reader);
  LAUREL_RETURN_IF_ERROR(reader.Finish());
  log::Info("configured", {{"settings", reader.Describe()}});

  const tls::Files files{config.common.ca_file, config.server.cert_file, config.server.key_file};
  LAUREL_ASSIGN_OR_RETURN(const auto server,
                          server::Server::Create("referrals", config.common, config.server));
  LAUREL_ASSIGN_OR_RETURN(const auto pool,
                          db::Pool::Open({.dsn = config.dsn,
                                          .size = static_cast<size_t>(config.server.pool_size),
                                          .application_name = "referrals-svc"},
                                         Statements()));
  LAUREL_ASSIGN_OR_RETURN(
      const auto members_channel,
      client::NewChannel(
          {.target = config.members_target, .peer_name = "members", .files = files}));
  const auto members = laurel::members::v1::MemberService::NewStub(members_channel);
  const auto wallets = laurel::members::v1::WalletService::NewStub(members_channel);
  LAUREL_ASSIGN_OR_RETURN(auto subscribers, events::MakeSubscribers(config.subscribers, files));

  outbox::Relay relay(*pool, server->clock(), server->ids(), {.source = "referrals"},
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
                  .payer = payer,
                  .members = *members};
  ReferralProgramService programs(server->runtime(), deps);
  ReferralService referrals(server->runtime(), deps);
  EventSinkService sink(server->runtime(), deps);
  server->Add(&programs);
  server->Add(&referrals);
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
  config::Reader reader("REFERRALS", config::Environment());
  const std::string dsn = reader.Required("OWNER_DSN");
  reader.IgnoreUnknown();
  LAUREL_RETURN_IF_ERROR(reader.Finish());
  std::vector<std::string> applied;
  LAUREL_RETURN_IF_ERROR(db::Migrate(dsn, "referrals_app", Migrations(), &applied));
  for (const std::string& name : applied) log::Info("migrated", {{"migration", name}});
  return absl::OkStatus();
}

}  // namespace
}  // namespace laurel::referrals

int main(int argc, char** argv) {
  return laurel::server::Main(argc, argv,
                              {.program = "referrals-svc",
                               .serve = laurel::referrals::Serve,
                               .migrate = laurel::referrals::Migrate});
}
