#include "tests/testing/consumers/rig.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "absl/time/clock.h"
#include "lib/base/timestamps.h"
#include "lib/outbox/outbox.h"
#include "lib/payout/wallet_payer.h"

namespace laurel::testing {
namespace {

absl::Time Start() { return absl::FromUnixSeconds(1790000000); }

}  // namespace

uint64_t Seed() {
  const char* given = std::getenv("LAUREL_SEED");
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10)
                                         : static_cast<uint64_t>(absl::GetCurrentTimeNanos());
  std::printf("LAUREL_SEED=%llu\n", static_cast<unsigned long long>(seed));
  return seed;
}

ConsumerRig::ConsumerRig(TestDatabase& shared, const std::string& service,
                         const std::string& tables)
    : database(shared),
      pool(shared.pool()),
      clock(Start()),
      machine(Start()),
      program_id(base::EncodeId("prg", ids.Next(Start()))),
      registry(service),
      relay(pool, clock, ids, {.source = service}, {}),
      consumer(pool, clock, registry),
      worker(pool, clock, machine, registry, payout::MakeWalletPayer(members.wallets())),
      payer("payouts", absl::Hours(1), []() -> absl::StatusOr<bool> { return false; }) {
  database.Admin("TRUNCATE request_keys, outbox, inbox_events, inbox_fences, payouts, " + tables);
}

std::string ConsumerRig::Member(absl::Time join_time) {
  const std::string id = base::EncodeId("mem", ids.Next(clock.Now()));
  members.Enrol(id, join_time);
  return id;
}

std::string ConsumerRig::RequestId() { return base::ToString(ids.Next(clock.Now())); }

server::Call ConsumerRig::AsOperator() {
  server::Call call;
  call.deadline = absl::Now() + absl::Seconds(20);
  call.caller.kind = api::v1::CALLER_KIND_PEER;
  call.caller.subject = "operator";
  call.caller.roles = {api::v1::ROLE_OPERATOR};
  call.method = "Test";
  return call;
}

server::Call ConsumerRig::AsMember(const std::string& member_id) {
  server::Call call = AsOperator();
  call.caller.kind = api::v1::CALLER_KIND_MEMBER;
  call.caller.subject = member_id;
  call.caller.roles = {api::v1::ROLE_MEMBER};
  return call;
}

events::v1::Event ConsumerRig::Event(const std::string& member_id) {
  return outbox::MakeEvent({.id = ids.Next(clock.Now()),
                            .source = "members",
                            .subject = member_id,
                            .program_id = program_id,
                            .member_id = member_id,
                            .time = clock.Now(),
                            .traceparent = ""});
}

events::v1::Event ConsumerRig::Order(const std::string& member_id, absl::Time occur_time,
                                     int64_t total) {
  events::v1::Event event = Event(member_id);
  events::v1::OrderRecorded& order = *event.mutable_order_recorded();
  order.set_order_id(base::EncodeId("ord", ids.Next(clock.Now())));
  base::SetTimestamp(occur_time, order.mutable_occur_time());
  order.set_currency_code("EUR");
  order.set_total_minor_units(total);
  return event;
}

events::v1::DeliverRequest ConsumerRig::Delivery(const std::vector<events::v1::Event>& events,
                                                 int64_t fence) const {
  events::v1::DeliverRequest request;
  request.set_source("members");
  request.set_fence(fence);
  for (const auto& event : events) *request.add_events() = event;
  return request;
}

std::vector<events::v1::DeliverRequest> ConsumerRig::Shuffled(std::vector<events::v1::Event> events,
                                                              std::mt19937_64& random) const {
  const std::vector<events::v1::Event> twins = events;
  events.insert(events.end(), twins.begin(), twins.end());
  std::shuffle(events.begin(), events.end(), random);
  std::vector<events::v1::DeliverRequest> deliveries;
  for (size_t i = 0; i < events.size();) {
    const size_t size = std::min<size_t>(events.size() - i, 1 + random() % 12);
    const auto at = events.begin() + static_cast<std::ptrdiff_t>(i);
    deliveries.push_back(Delivery({at, at + static_cast<std::ptrdiff_t>(size)}));
    i += size;
  }
  return deliveries;
}

void ConsumerRig::PayOnce() {
  const auto more = worker.Run();
  ASSERT_TRUE(more.ok()) << more.status();
}

bool ConsumerRig::PayAll() {
  for (int i = 0; i < 60; ++i) {
    PayOnce();
    if (database.Admin("SELECT count(*) FROM payouts WHERE state IN (1, 4)") ==
        std::vector<std::string>{"0"})
      return true;
    machine.Advance(absl::Minutes(5));
  }
  return false;
}

std::vector<events::v1::Event> ConsumerRig::Outbox() {
  std::vector<events::v1::Event> all;
  const absl::Status read =
      pool.Read(absl::Now() + absl::Seconds(10), [&](db::Tx& tx) -> absl::Status {
        const auto rows = tx.Query("read_outbox", 0, "nobody", 100000);
        if (!rows.ok()) return rows.status();
        for (size_t i = 0; i < rows->size(); ++i) {
          events::v1::DeliverRequest packed;
          EXPECT_TRUE(packed.ParseFromString((*rows)[i].Bytes(2)));
          all.insert(all.end(), packed.events().begin(), packed.events().end());
        }
        return absl::OkStatus();
      });
  EXPECT_TRUE(read.ok()) << read;
  return all;
}

double ConsumerRig::Counter(const std::string& line_start) const {
  std::istringstream text(registry.Text());
  for (std::string line; std::getline(text, line);) {
    if (line.rfind(line_start, 0) == 0)
      return std::strtod(line.c_str() + line.find_last_of(' '), nullptr);
  }
  return 0;
}

}  // namespace laurel::testing
