// CreateProgram, GetProgram, CreateWalletType and ListWalletTypes on a real database.
#include <gtest/gtest.h>

#include "lib/money/currency.h"
#include "lib/status/error.h"
#include "tests/members-svc/world.h"

namespace laurel::members::testing {
namespace {

using handlers::CreateProgram;
using handlers::CreateWalletType;
using handlers::GetProgram;
using handlers::ListWalletTypes;

v1::CreateProgramRequest NewProgram(World& world) {
  v1::CreateProgramRequest request;
  v1::Program* program = request.mutable_program();
  program->set_program_id(base::EncodeId("prg", world.ids().Next(world.clock().Now())));
  program->set_display_name("Bakery");
  program->set_currency_code("CHF");
  program->set_time_zone("Europe/Zurich");
  return request;
}

v1::CreateWalletTypeRequest NewWalletType(const World& world, const std::string& code) {
  v1::CreateWalletTypeRequest request;
  request.set_program_id(world.program_id());
  request.mutable_wallet_type()->set_code(code);
  request.mutable_wallet_type()->set_singular("mile");
  request.mutable_wallet_type()->set_plural("miles");
  return request;
}

v1::ListWalletTypesResponse WalletTypes(const World& world, const std::string& program_id) {
  v1::ListWalletTypesRequest request;
  request.set_program_id(program_id);
  return *Ask(ListWalletTypes, world, world.AsStaff(), request);
}

TEST(Program, Is_made_once_by_its_id) {
  World world;
  v1::CreateProgramRequest request = NewProgram(world);
  const auto first = Ask(CreateProgram, world, world.AsStaff(), request);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->program().program_id(), request.program().program_id());
  EXPECT_EQ(first->program().max_backdating_days(), 30);
  world.clock().Advance(absl::Hours(5));
  const auto again = Ask(CreateProgram, world, world.AsStaff(), request);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  request.mutable_program()->set_display_name("Butcher");
  const absl::Status other = Ask(CreateProgram, world, world.AsStaff(), request).status();
  EXPECT_EQ(other.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_REASON(other, "PROGRAM_EXISTS");

  v1::GetProgramRequest get;
  get.set_program_id(first->program().program_id());
  EXPECT_EQ(Ask(GetProgram, world, world.AsStaff(), get)->program().SerializeAsString(),
            first->program().SerializeAsString());
}

TEST(Program, Has_points_that_never_expire_unless_others_are_given) {
  World world;
  const auto types = WalletTypes(world, world.program_id());
  ASSERT_EQ(types.wallet_types_size(), 1);
  EXPECT_EQ(types.wallet_types(0).code(), "points");
  EXPECT_EQ(types.wallet_types(0).expiry().form(), v1::ExpiryPolicy::FORM_NEVER);
  EXPECT_EQ(types.wallet_types(0).below_zero(), v1::BELOW_ZERO_POLICY_REFUSE);

  v1::CreateProgramRequest request = NewProgram(world);
  *request.add_wallet_types() = NewWalletType(world, "miles").wallet_type();
  *request.add_wallet_types() = NewWalletType(world, "coins").wallet_type();
  const auto made = Ask(CreateProgram, world, world.AsStaff(), request);
  ASSERT_TRUE(made.ok()) << made.status();
  const auto given = WalletTypes(world, made->program().program_id());
  ASSERT_EQ(given.wallet_types_size(), 2);
  EXPECT_EQ(given.wallet_types(0).code(), "coins") << "by code";
}

TEST(Program, What_is_wrong_is_named_all_at_once) {
  World world;
  v1::CreateProgramRequest request = NewProgram(world);
  request.mutable_program()->set_currency_code("XXX");
  for (const char* zone :
       {"Mars/Base", "localtime", "/etc/passwd", "../UTC", "Fixed/UTC+01:00:00"}) {
    request.mutable_program()->set_time_zone(zone);
    const absl::Status status = Ask(CreateProgram, world, world.AsStaff(), request).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_REASON(status, "PROGRAM_INVALID") << zone;
  }
  request = NewProgram(world);
  *request.add_wallet_types() = NewWalletType(world, "miles").wallet_type();
  *request.add_wallet_types() = NewWalletType(world, "miles").wallet_type();
  EXPECT_REASON(Ask(CreateProgram, world, world.AsStaff(), request).status(), "PROGRAM_INVALID");
}

TEST(Program, An_unknown_one_is_not_found) {
  World world;
  v1::GetProgramRequest get;
  get.set_program_id(base::EncodeId("prg", world.ids().Next(world.clock().Now())));
  EXPECT_REASON(Ask(GetProgram, world, world.AsStaff(), get).status(), "PROGRAM_NOT_FOUND");
  v1::ListWalletTypesRequest list;
  list.set_program_id(get.program_id());
  EXPECT_REASON(Ask(ListWalletTypes, world, world.AsStaff(), list).status(), "PROGRAM_NOT_FOUND");
}

TEST(WalletType, Adding_one_raises_the_version_of_the_rules) {
  World world;
  const int64_t version = world.RulesVersion();
  v1::CreateWalletTypeRequest request = NewWalletType(world, "miles");
  request.set_request_id(world.NewRequestId());
  const auto made = Ask(CreateWalletType, world, world.AsStaff(), request);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(world.RulesVersion(), version + 1);
  const auto again = Ask(CreateWalletType, world, world.AsStaff(), request);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), made->SerializeAsString());
  EXPECT_EQ(world.RulesVersion(), version + 1) << "a repeated request changes nothing";
  request.set_request_id(world.NewRequestId());
  EXPECT_REASON(Ask(CreateWalletType, world, world.AsStaff(), request).status(),
                "WALLET_TYPE_EXISTS");
  EXPECT_EQ(world.RulesVersion(), version + 1) << "nor does a refused one";
  request.mutable_wallet_type()->set_code("late");
  request.mutable_wallet_type()->mutable_expiry()->set_form(v1::ExpiryPolicy::FORM_DAYS);
  EXPECT_REASON(Ask(CreateWalletType, world, world.AsStaff(), request).status(),
                "WALLET_TYPE_INVALID");
}

TEST(WalletType, Thirty_two_are_the_most) {
  World world;
  for (int i = 2; i <= 32; ++i) {
    ASSERT_TRUE(
        Ask(CreateWalletType, world, world.AsStaff(), NewWalletType(world, "w" + std::to_string(i)))
            .ok());
  }
  EXPECT_REASON(
      Ask(CreateWalletType, world, world.AsStaff(), NewWalletType(world, "more")).status(),
      "TOO_MANY_WALLET_TYPES");
}

TEST(Currency, Exponents_of_ISO_4217) {
  EXPECT_EQ(money::CurrencyExponent("EUR"), 2);
  EXPECT_EQ(money::CurrencyExponent("JPY"), 0);
  EXPECT_EQ(money::CurrencyExponent("KWD"), 3);
  EXPECT_EQ(money::CurrencyExponent("CLF"), 4);
  EXPECT_EQ(money::CurrencyExponent("XAU"), std::nullopt);
  EXPECT_EQ(money::CurrencyExponent("eur"), std::nullopt);
}

}  // namespace
}  // namespace laurel::members::testing
