#include "tests/members-svc/world.h"

#include <gtest/gtest.h>

#include "lib/base/check.h"
#include "lib/client/channel.h"
#include "members-svc/statements.h"

namespace laurel::members::testing {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1767225600);  // 2026-01-01

crypto::KeyRing TestKeys() {
  auto keys = crypto::KeyRing::Make(std::string(64, 'a'));
  LAUREL_CHECK(keys.ok());
  return *std::move(keys);
}
crypto::BlindIndex TestIndex() {
  auto index = crypto::BlindIndex::Make(std::string(64, 'b'));
  LAUREL_CHECK(index.ok());
  return *std::move(index);
}

server::Call CallAs(const std::string& program_id, laurel::api::v1::CallerKind kind,
                    const std::string& subject) {
  server::Call call;
  call.deadline = client::Background(absl::Seconds(30)).deadline;
  call.caller.program_id = program_id;
  call.caller.kind = kind;
  call.caller.subject = subject;
  return call;
}

}  // namespace

laurel::testing::TestDatabase& World::SharedDatabase() {
  // Dropped at the end of the program, as a local static.
  static laurel::testing::TestDatabase database("members", Statements(), Migrations(), 16);
  return database;
}

World::World()
    : database_(SharedDatabase()),
      clock_(kStart),
      keys_(TestKeys()),
      index_(TestIndex()),
      relay_(database_.pool(), clock_, ids_, {.source = "members"}, {}),
      ledger_({.clock = clock_,
               .ids = ids_,
               .pool = database_.pool(),
               .relay = relay_,
               .index = index_,
               .campaigns = campaigns_}),
      deps_{.clock = clock_,
            .ids = ids_,
            .pool = database_.pool(),
            .relay = relay_,
            .keys = keys_,
            .index = index_,
            .campaigns = campaigns_,
            .ledger = ledger_} {
  v1::CreateProgramRequest request;
  request.mutable_program()->set_display_name("Test");
  request.mutable_program()->set_currency_code("EUR");
  request.mutable_program()->set_time_zone("UTC");
  const auto made = Ask(handlers::CreateProgram, *this, AsStaff(), request);
  LAUREL_CHECK(made.ok());
  program_id_ = made->program().program_id();
}

base::Uuid World::program() const { return *base::DecodeId("prg", program_id_); }

server::Call World::AsStaff() const {
  return CallAs(program_id_, laurel::api::v1::CALLER_KIND_STAFF, "ann");
}
server::Call World::AsClient() const {
  return CallAs(program_id_, laurel::api::v1::CALLER_KIND_CLIENT, "cli_shop");
}

std::string World::NewRequestId() { return base::ToString(ids_.Next(clock_.Now())); }

v1::Member World::Enrol(const std::string& external_id) {
  v1::EnrolMemberRequest request;
  request.set_program_id(program_id_);
  request.set_external_id(external_id);
  const auto enrolled = Ask(handlers::EnrolMember, *this, AsClient(), request);
  LAUREL_CHECK(enrolled.ok());
  return enrolled->member();
}

v1::Campaign World::Activate(const v1::Campaign& campaign) {
  v1::CreateCampaignRequest request;
  request.set_program_id(program_id_);
  *request.mutable_campaign() = campaign;
  if (campaign.display_name().empty()) request.mutable_campaign()->set_display_name("campaign");
  request.set_activate(true);
  const auto made = Ask(handlers::CreateCampaign, *this, AsStaff(), request);
  LAUREL_CHECK(made.ok());
  return made->campaign();
}

std::string World::Look(const std::string& sql) {
  const auto rows = database_.Admin(sql);
  return rows.empty() ? "(none)" : rows[0];
}
int64_t World::Count(const std::string& sql) { return std::stoll(Look(sql)); }
int64_t World::RulesVersion() {
  return Count("SELECT rules_version FROM programs WHERE program_id = '" +
               base::ToString(program()) + "'");
}

}  // namespace laurel::members::testing
