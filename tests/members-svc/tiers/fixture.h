// A programme with a tier set, members who buy, and what members-svc does by itself.
#pragma once

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "laurel/events/v1/event.pb.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/handlers/tier_handlers.h"
#include "members-svc/jobs/daily_work.h"
#include "members-svc/jobs/tier_worker.h"
#include "tests/members-svc/ledger/fixture.h"
#include "tests/members-svc/tiers/sets.h"

namespace laurel::members::testing {

class TierTest : public ::testing::Test {
 protected:
  TierTest() {
    v1::WalletType points;
    points.set_code("points");
    points.set_singular("point");
    points.set_plural("points");
    points.set_claw_back(v1::CLAW_BACK_POLICY_UNLIMITED);
    world_.MakeProgram({points});
  }

  const Deps& deps() { return world_.process->deps; }
  const server::Call& call() { return world_.process->call; }

  absl::Status Create(v1::TierSet set) {
    v1::CreateTierSetRequest request;
    request.set_program_id(kProgram);
    *request.mutable_tier_set() = std::move(set);
    v1::CreateTierSetResponse response;
    return handlers::CreateTierSet(deps(), call(), request, &response);
  }
  // Then every process knows of it, and every member has been looked at.
  void CreateAndSweep(v1::TierSet set) {
    World::Check(Create(std::move(set)));
    RunWorker();
  }
  absl::StatusOr<v1::TierSet> Update(v1::TierSet set, int version = 0) {
    v1::UpdateTierSetRequest request;
    request.set_program_id(kProgram);
    request.set_code("club");
    request.set_version(version);
    *request.mutable_tier_set() = std::move(set);
    v1::UpdateTierSetResponse response;
    LAUREL_RETURN_IF_ERROR(handlers::UpdateTierSet(deps(), call(), request, &response));
    return response.tier_set();
  }

  // An order of one line, made now unless a time is given; its id.
  std::string Buy(const std::string& member, int64_t amount,
                  std::optional<absl::Time> occur_time = {}, const std::string& store = "") {
    v1::RecordOrderRequest request;
    request.set_program_id(kProgram);
    request.set_member_id(member);
    request.set_request_id(absl::StrCat("order-", ++orders_));
    request.set_currency_code("USD");
    request.set_store(store);
    auto* line = request.add_lines();
    line->set_sku("tea");
    line->set_quantity_thousandths(2000);
    line->set_amount_minor_units(amount);
    if (occur_time) {
      base::SetTimestamp(*occur_time, request.mutable_occur_time());
      request.set_historical(true);
    }
    v1::RecordOrderResponse response;
    World::Check(world_.process->Call(handlers::RecordOrder, request, &response));
    return response.order().order_id();
  }

  absl::StatusOr<v1::MemberTier> Give(const std::string& member, const std::string& tier,
                                      std::optional<absl::Time> end = {}) {
    v1::SetManualTierRequest request;
    request.set_program_id(kProgram);
    request.set_member_id(member);
    request.set_tier_set("club");
    request.set_tier(tier);
    request.set_reason("a friend of the house");
    if (end) base::SetTimestamp(*end, request.mutable_end_time());
    v1::SetManualTierResponse response;
    LAUREL_RETURN_IF_ERROR(handlers::SetManualTier(deps(), call(), request, &response));
    return response.member_tier();
  }
  absl::StatusOr<v1::MemberTier> Take(const std::string& member) {
    v1::ClearManualTierRequest request;
    request.set_program_id(kProgram);
    request.set_member_id(member);
    request.set_tier_set("club");
    request.set_reason("no longer");
    v1::ClearManualTierResponse response;
    LAUREL_RETURN_IF_ERROR(handlers::ClearManualTier(deps(), call(), request, &response));
    return response.member_tier();
  }
  v1::MemberTier TierOf(const std::string& member) {
    v1::GetMemberTiersRequest request;
    request.set_program_id(kProgram);
    request.set_member_id(member);
    v1::GetMemberTiersResponse response;
    World::Check(handlers::GetMemberTiers(deps(), call(), request, &response));
    return response.tiers_size() == 0 ? v1::MemberTier() : response.tiers(0);
  }
  // "bronze:3 silver:1 …" as of the last evaluations.
  std::string Counts() {
    v1::CountMembersByTierRequest request;
    request.set_program_id(kProgram);
    request.set_code("club");
    v1::CountMembersByTierResponse response;
    World::Check(handlers::CountMembersByTier(deps(), call(), request, &response));
    std::string out;
    for (const auto& count : response.counts()) {
      absl::StrAppend(&out, count.tier(), ":", count.member_count(), " ");
    }
    return out;
  }

  static void RunWorker(Process& process) {
    TierWorker worker({*process.pool, process.clock, process.ids, process.relay, process.tiers});
    const std::atomic<bool> stopping = false;
    for (auto more = worker.Round(stopping);; more = worker.Round(stopping)) {
      ASSERT_TRUE(more.ok()) << more.status();
      if (!*more) return;
    }
  }
  void RunWorker() { RunWorker(*world_.process); }
  static DailyWork Worker(Process& process, DailyWorkOptions options = {}) {
    return DailyWork({*process.pool, process.clock, process.ids, process.ledger, process.campaigns,
                      process.relay},
                     options);
  }
  void RunDays() {
    DailyWork work = Worker(*world_.process, {.slices = 1024, .round = absl::Minutes(1)});
    const std::atomic<bool> stopping = false;
    for (auto more = work.Round(stopping);; more = work.Round(stopping)) {
      ASSERT_TRUE(more.ok()) << more.status();
      if (!*more) return;
    }
  }
  void GoTo(absl::CivilSecond at) {
    world_.clock.Advance(absl::FromCivil(at, absl::UTCTimeZone()) - world_.clock.Now());
  }

  // What the outbox tells of tiers, in its order: "bronze>silver", "!silver>bronze" for a warning.
  std::vector<std::string> Told() {
    std::vector<std::string> out;
    for (const std::string& row : world_.database.Admin(
             "SELECT encode(events, 'hex') FROM outbox ORDER BY position_us, outbox_id")) {
      events::v1::DeliverRequest batch;
      EXPECT_TRUE(batch.ParseFromString(absl::HexStringToBytes(row)));
      for (const events::v1::Event& event : batch.events()) {
        if (event.has_tier_changed()) {
          out.push_back(event.tier_changed().from_tier() + ">" + event.tier_changed().to_tier());
        } else if (event.has_tier_at_risk()) {
          out.push_back("!" + event.tier_at_risk().tier() + ">" + event.tier_at_risk().to_tier());
        }
      }
    }
    return out;
  }

  World world_;
  int orders_ = 0;
};

}  // namespace laurel::members::testing
