// However much a batch has to tell, each row of the outbox is one that consumers take, and every
// member's events arrive in their order.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "lib/base/timestamps.h"
#include "members-svc/ledger/request_key.h"
#include "tests/members-svc/ledger/fixture.h"

namespace laurel::members {
namespace {

using testing::kProgram;
using testing::Process;
using testing::World;

constexpr int kOrders = 768;
constexpr int kMembers = 64;

class EventRows : public ::testing::Test {
 protected:
  EventRows() { world_.MakeProgram(); }

  void ActivateRewards(int count) {
    for (int i = 0; i < count; ++i) {
      v1::CreateCampaignRequest request;
      request.set_program_id(kProgram);
      request.mutable_campaign()->set_display_name(absl::StrCat("mug ", i));
      request.mutable_campaign()->mutable_grant_reward()->set_reward_id(
          "rwd_01jd0000000000000000000003");
      request.set_activate(true);
      v1::CreateCampaignResponse response;
      World::Check(handlers::CreateCampaign(process().deps, process().call, request, &response));
    }
  }
  Command OrderOf(const std::string& member, int number, const v1::RecordOrderRequest& request) {
    Command command;
    command.program_id = *base::DecodeId("prg", kProgram);
    command.member_id = *base::DecodeId("mem", member);
    command.request_id = std::to_string(number);
    command.request_key = base::HashedUuid(member + command.request_id);
    command.content_hash = command.request_id;
    command.what = RecordOrder{.request = &request};
    return command;
  }
  // By one lane, in batches that are as large as they can be; the orders' ids, per member.
  std::map<std::string, std::vector<std::string>> RecordAll(const std::vector<std::string>& members,
                                                            int count,
                                                            const v1::RecordOrderRequest& request) {
    std::vector<Command> commands;
    for (int i = 0; i < count; ++i) {
      commands.push_back(OrderOf(members[static_cast<size_t>(i) % members.size()], i, request));
    }
    std::map<std::string, std::vector<std::string>> out;
    for (const auto& outcome : process().ledger.RunAll(std::move(commands))) {
      World::Check(outcome.status());
      const auto& order = std::get<v1::Order>(*outcome);
      out[order.member_id()].push_back(order.order_id());
    }
    return out;
  }
  // All that a consumer with the limits of a real one takes.
  std::vector<events::v1::Event> Deliver() {
    std::vector<events::v1::Event> out;
    outbox::Relay relay(
        *process().pool, world_.clock, process().ids, {.source = "members"},
        {{.name = "sink", .deliver = [&](const events::v1::DeliverRequest& request) {
            if (request.events_size() > 2000 || request.ByteSizeLong() > (4 << 20)) {
              return absl::ResourceExhaustedError("too large");
            }
            out.insert(out.end(), request.events().begin(), request.events().end());
            return absl::OkStatus();
          }}});
    for (auto more = relay.Round(0);; more = relay.Round(0)) {
      EXPECT_TRUE(more.ok()) << more.status();
      if (!more.ok() || *more == 0) return out;
    }
  }
  // No row has more than half of what a consumer takes, but for an event that alone is larger.
  void ExpectRowsWithinLimits() {
    for (const std::string& row :
         world_.database.Admin("SELECT encode(events, 'hex') FROM outbox")) {
      events::v1::DeliverRequest packed;
      ASSERT_TRUE(packed.ParseFromString(absl::HexStringToBytes(row)));
      EXPECT_LE(packed.events_size(), 1000);
      if (packed.events_size() == 1) continue;
      EXPECT_LE(packed.ByteSizeLong(), size_t{2} << 20);
    }
  }
  void ExpectInOrder(const std::vector<events::v1::Event>& told,
                     const std::map<std::string, std::vector<std::string>>& orders) {
    std::map<std::string, std::vector<std::string>> recorded;
    std::map<std::string, absl::Time> last;
    bool in_time = true;
    for (const events::v1::Event& event : told) {
      const absl::Time time = base::FromTimestamp(event.time());
      in_time = in_time && time >= last.try_emplace(event.member_id(), time).first->second;
      last[event.member_id()] = time;
      if (event.has_order_recorded()) {
        recorded[event.member_id()].push_back(event.order_recorded().order_id());
      }
    }
    EXPECT_EQ(recorded, orders);
    EXPECT_TRUE(in_time) << "a batch's events came before those of the batch before";
  }
  Process& process() { return *world_.process; }

  World world_;
};

TEST_F(EventRows, ABatchThatTellsMuchIsDeliveredInOrderAndSoIsTheNext) {
  ActivateRewards(8);
  std::vector<std::string> members;
  for (int i = 0; i < kMembers; ++i) members.push_back(world_.Enrol(std::to_string(i)));
  world_.process.reset();
  world_.process = std::make_unique<Process>(world_.database, world_.clock,
                                             Ledger::Options{.batch = {.lanes = 1}});
  v1::RecordOrderRequest request;
  request.set_program_id(kProgram);
  request.set_currency_code("USD");
  request.add_lines()->set_sku("tea");
  request.mutable_lines(0)->set_amount_minor_units(500);
  // The clock stands still: what orders the batches is their time alone.
  const auto orders = RecordAll(members, kOrders, request);
  EXPECT_GT(process().ledger.batches().sizes[8].load(), 0) << "the batches were small";
  ExpectRowsWithinLimits();
  const std::vector<events::v1::Event> told = Deliver();
  ExpectInOrder(told, orders);
  std::set<std::string> ids;
  for (const events::v1::Event& event : told) ids.insert(event.id());
  EXPECT_EQ(ids.size(), static_cast<size_t>(kMembers + kOrders * 9));
  EXPECT_EQ(told.size(), ids.size());
  EXPECT_TRUE(world_.Verify().valid());
}

TEST_F(EventRows, LargeOrdersAndReturnsAreDelivered) {
  world_.process.reset();
  world_.process = std::make_unique<Process>(world_.database, world_.clock,
                                             Ledger::Options{.batch = {.lanes = 1}});
  std::vector<std::string> members;
  for (int i = 0; i < 8; ++i) members.push_back(world_.Enrol(std::to_string(i)));
  v1::RecordOrderRequest request;
  request.set_program_id(kProgram);
  request.set_currency_code("USD");
  for (int i = 0; i < 500; ++i) {
    auto* line = request.add_lines();
    line->set_sku(absl::StrCat("tea-", i));
    line->set_amount_minor_units(500);
    for (int k = 0; k < 30; ++k) {
      (*line->mutable_labels())[absl::StrCat("label-", k)] = std::string(45, 'x');
    }
  }
  EXPECT_GT(request.ByteSizeLong(), size_t{850} << 10);
  const auto orders = RecordAll(members, 16, request);
  for (const auto& [member, of_member] : orders) {
    v1::CancelOrderRequest cancel;
    cancel.set_program_id(kProgram);
    cancel.set_order_id(of_member[0]);
    cancel.set_request_id("cancel-" + member.substr(4));
    v1::CancelOrderResponse response;
    World::Check(handlers::CancelOrder(process().deps, process().call, cancel, &response));
  }
  ExpectRowsWithinLimits();
  const std::vector<events::v1::Event> told = Deliver();
  ExpectInOrder(told, orders);
  const auto returns = std::count_if(told.begin(), told.end(),
                                     [](const auto& event) { return event.has_order_returned(); });
  EXPECT_EQ(returns, 8);
}

}  // namespace
}  // namespace laurel::members
