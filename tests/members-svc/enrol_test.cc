// EnrolMember, BatchEnrolMembers, GetMember and FindMember on a real database.
#include <gtest/gtest.h>

#include <thread>

#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "lib/status/mapping.h"
#include "tests/members-svc/world.h"

namespace laurel::members::testing {
namespace {

using handlers::BatchEnrolMembers;
using handlers::EnrolMember;
using handlers::FindMember;
using handlers::GetMember;

// Words that must stand nowhere in clear.
constexpr char kGiven[] = "Canarygiven";
constexpr char kEmail[] = "Canary.Mail@Example.com";
constexpr char kPhone[] = "+4915112345678";
constexpr char kCard[] = "9988-CANARY-1";

v1::EnrolMemberRequest Enrolment(const World& world, const std::string& external_id) {
  v1::EnrolMemberRequest request;
  request.set_program_id(world.program_id());
  request.set_external_id(external_id);
  return request;
}

v1::EnrolMemberRequest Whole(const World& world) {
  v1::EnrolMemberRequest request = Enrolment(world, "crm-1");
  request.mutable_profile()->set_given_name(kGiven);
  request.mutable_profile()->set_email(kEmail);
  request.mutable_profile()->set_phone(kPhone);
  request.mutable_profile()->mutable_birth_date()->set_year(1990);
  request.mutable_profile()->mutable_birth_date()->set_month(2);
  request.mutable_profile()->mutable_birth_date()->set_day(28);
  request.set_card_number(kCard);
  return request;
}

TEST(Enrol, A_member_is_found_by_everything_that_identifies_it) {
  World world;
  const auto enrolled = Ask(EnrolMember, world, world.AsStaff(), Whole(world));
  ASSERT_TRUE(enrolled.ok()) << enrolled.status();
  const std::string expected = enrolled->member().SerializeAsString();
  EXPECT_EQ(enrolled->member().etag(), "v1");
  EXPECT_EQ(base::FromTimestamp(enrolled->member().join_time()), world.clock().Now());

  v1::GetMemberRequest get;
  get.set_program_id(world.program_id());
  get.set_member_id(enrolled->member().member_id());
  const auto got = Ask(GetMember, world, world.AsStaff(), get);
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(got->member().SerializeAsString(), expected);

  const auto find = [&](auto set) {
    v1::FindMemberRequest request;
    request.set_program_id(world.program_id());
    set(request);
    const auto found = Ask(FindMember, world, world.AsStaff(), request);
    return found.ok() ? found->member().SerializeAsString() : found.status().ToString();
  };
  EXPECT_EQ(find([&](auto& r) { r.set_member_id(enrolled->member().member_id()); }), expected);
  EXPECT_EQ(find([](auto& r) { r.set_external_id("crm-1"); }), expected);
  EXPECT_EQ(find([](auto& r) { r.set_email("canary.mail@EXAMPLE.com"); }), expected);
  EXPECT_EQ(find([](auto& r) { r.set_phone(kPhone); }), expected);
  EXPECT_EQ(find([](auto& r) { r.set_card_number("9988canary1"); }), expected);
}

TEST(Enrol, Find_needs_an_identifier_and_says_the_same_of_all_that_are_not_there) {
  World world;
  World other;
  const v1::Member stranger = other.Enrol("x");
  v1::FindMemberRequest request;
  request.set_program_id(world.program_id());
  EXPECT_REASON(Ask(FindMember, world, world.AsStaff(), request).status(), "IDENTIFIER_REQUIRED");
  request.set_external_id("x");
  const absl::Status unknown = Ask(FindMember, world, world.AsStaff(), request).status();
  EXPECT_REASON(unknown, "MEMBER_NOT_FOUND");
  request.set_member_id(stranger.member_id());
  EXPECT_EQ(Ask(FindMember, world, world.AsStaff(), request).status(), unknown);
  v1::GetMemberRequest get;
  get.set_program_id(world.program_id());
  get.set_member_id(stranger.member_id());
  EXPECT_EQ(Ask(GetMember, world, world.AsStaff(), get).status(), unknown);
}

TEST(Enrol, An_identifier_belongs_to_one_member_of_a_programme) {
  World world;
  ASSERT_TRUE(Ask(EnrolMember, world, world.AsStaff(), Whole(world)).ok());
  const auto refused = [&](auto set, const char* kind) {
    v1::EnrolMemberRequest request = Enrolment(world, "");
    set(request);
    const absl::Status status = Ask(EnrolMember, world, world.AsStaff(), request).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
    EXPECT_REASON(status, "IDENTIFIER_TAKEN");
    EXPECT_NE(status::ToProto(status).DebugString().find(kind), std::string::npos);
  };
  refused([](auto& r) { r.set_external_id("crm-1"); }, "external_id");
  refused([](auto& r) { r.mutable_profile()->set_email("CANARY.MAIL@example.com"); }, "email");
  refused([](auto& r) { r.mutable_profile()->set_phone(kPhone); }, "phone");
  refused([](auto& r) { r.set_card_number("9988CANARY1"); }, "card");
  World other;
  EXPECT_TRUE(Ask(EnrolMember, other, other.AsStaff(), Whole(other)).ok());
}

TEST(Enrol, A_request_id_has_one_success_and_one_answer) {
  World world;
  v1::EnrolMemberRequest request = Whole(world);
  request.set_request_id(world.NewRequestId());
  const auto first = Ask(EnrolMember, world, world.AsStaff(), request);
  ASSERT_TRUE(first.ok()) << first.status();
  world.clock().Advance(absl::Hours(1));
  const auto again = Ask(EnrolMember, world, world.AsStaff(), request);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  request.mutable_profile()->set_given_name("Other");
  EXPECT_REASON(Ask(EnrolMember, world, world.AsStaff(), request).status(), "REQUEST_ID_REUSED");
  request.set_external_id("crm-2");
  request.mutable_profile()->Clear();
  request.clear_card_number();
  EXPECT_TRUE(Ask(EnrolMember, world, world.AsClient(), request).ok()) << "another principal's id";
}

TEST(Enrol, A_refused_enrolment_leaves_its_request_id_free) {
  World world;
  world.Enrol("taken");
  v1::EnrolMemberRequest request = Enrolment(world, "taken");
  request.set_request_id(world.NewRequestId());
  EXPECT_REASON(Ask(EnrolMember, world, world.AsStaff(), request).status(), "IDENTIFIER_TAKEN");
  request.set_external_id("free");
  EXPECT_TRUE(Ask(EnrolMember, world, world.AsStaff(), request).ok());
}

TEST(Enrol, Nobody_joins_in_the_future_or_is_born_there) {
  World world;
  v1::EnrolMemberRequest request = Enrolment(world, "");
  base::SetTimestamp(world.clock().Now() + absl::Seconds(59), request.mutable_join_time());
  EXPECT_TRUE(Ask(EnrolMember, world, world.AsStaff(), request).ok());
  base::SetTimestamp(world.clock().Now() + absl::Seconds(61), request.mutable_join_time());
  EXPECT_REASON(Ask(EnrolMember, world, world.AsStaff(), request).status(),
                "OCCUR_TIME_OUT_OF_RANGE");
  request.clear_join_time();
  auto* birth = request.mutable_profile()->mutable_birth_date();
  birth->set_year(2025);
  birth->set_month(2);
  birth->set_day(29);
  EXPECT_REASON(Ask(EnrolMember, world, world.AsStaff(), request).status(), "INVALID_REQUEST");
  birth->set_year(2026);
  birth->set_month(12);
  EXPECT_REASON(Ask(EnrolMember, world, world.AsStaff(), request).status(), "INVALID_REQUEST");
}

TEST(Enrol, An_unknown_programme_has_no_members) {
  World world;
  v1::EnrolMemberRequest request = Enrolment(world, "x");
  request.set_program_id(base::EncodeId("prg", world.ids().Next(world.clock().Now())));
  EXPECT_REASON(Ask(EnrolMember, world, world.AsStaff(), request).status(), "PROGRAM_NOT_FOUND");
}

TEST(Enrol, Personal_data_stand_nowhere_in_clear) {
  World world;
  v1::EnrolMemberRequest request = Whole(world);
  request.set_request_id(world.NewRequestId());
  ASSERT_TRUE(Ask(EnrolMember, world, world.AsStaff(), request).ok());
  for (const char* canary : {kGiven, "anary.", "15112345678", "CANARY"}) {
    for (const char* table : {"members", "member_directory", "request_keys", "outbox"}) {
      const std::string bytes =
          std::string("SELECT count(*) FROM ") + table + " t WHERE position(encode('" + canary +
          "', 'hex') in t::text) > 0 OR position('" + canary + "' in t::text) > 0";
      EXPECT_EQ(world.Count(bytes), 0) << table << " " << canary;
    }
  }
}

TEST(Enrol, Sealed_data_serve_no_other_member) {
  World world;
  const v1::Member a = world.Enrol("a");
  const v1::Member b = world.Enrol("b");
  const auto uuid = [](const v1::Member& m) {
    return "'" + base::ToString(*base::DecodeId("mem", m.member_id())) + "'";
  };
  world.Look(
      "UPDATE members SET (wrapped_key, sealed_profile) = (SELECT wrapped_key, sealed_profile "
      "FROM members WHERE member_id = " +
      uuid(a) + ") WHERE member_id = " + uuid(b) + " RETURNING 1");
  v1::GetMemberRequest get;
  get.set_program_id(world.program_id());
  get.set_member_id(b.member_id());
  EXPECT_EQ(Ask(GetMember, world, world.AsStaff(), get).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST(Enrol, The_fact_leaves_with_the_member_and_only_with_it) {
  World world;
  const int64_t before = world.Count("SELECT count(*) FROM outbox");
  world.Enrol("fact");
  EXPECT_EQ(world.Count("SELECT count(*) FROM outbox"), before + 1);
  const auto again = Ask(EnrolMember, world, world.AsStaff(), Enrolment(world, "fact"));
  EXPECT_FALSE(again.ok());
  EXPECT_EQ(world.Count("SELECT count(*) FROM outbox"), before + 1);
}

TEST(BatchEnrol, Each_item_has_its_own_answer_in_its_place) {
  World world;
  world.Enrol("old");
  v1::BatchEnrolMembersRequest batch;
  batch.set_program_id(world.program_id());
  const auto add = [&](const std::string& external_id, const std::string& request_id) {
    v1::EnrolMemberRequest* one = batch.add_requests();
    one->set_external_id(external_id);
    one->set_request_id(request_id);
    return one;
  };
  const std::string id = world.NewRequestId();
  add("new", id);
  add("old", world.NewRequestId());
  add("new", id);                    // the same again
  add("else", id);                   // another content under a used id
  add("new", world.NewRequestId());  // taken by the first
  base::SetTimestamp(world.clock().Now() + absl::Hours(1),
                     add("late", world.NewRequestId())->mutable_join_time());
  add("", "");
  add("", "");
  const auto run = [&] { return *Ask(BatchEnrolMembers, world, world.AsClient(), batch); };
  const auto reason = [](const v1::EnrolMemberResult& result) {
    return status::ReasonOf(status::FromProto(result.error()));
  };
  const v1::BatchEnrolMembersResponse first = run();
  ASSERT_EQ(first.results_size(), 8);
  EXPECT_EQ(first.results(0).member().external_id(), "new");
  EXPECT_EQ(reason(first.results(1)), "IDENTIFIER_TAKEN");
  EXPECT_EQ(first.results(2).member().member_id(), first.results(0).member().member_id());
  EXPECT_EQ(reason(first.results(3)), "REQUEST_ID_REUSED");
  EXPECT_EQ(reason(first.results(4)), "IDENTIFIER_TAKEN");
  EXPECT_EQ(reason(first.results(5)), "OCCUR_TIME_OUT_OF_RANGE");
  EXPECT_NE(first.results(6).member().member_id(), first.results(7).member().member_id());

  // A second run adds nothing but those two that cannot be told apart from new ones.
  batch.mutable_requests()->DeleteSubrange(6, 2);
  const v1::BatchEnrolMembersResponse second = run();
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(second.results(i).SerializeAsString(), first.results(i).SerializeAsString()) << i;
  }
  // Alone or in a batch: the same request.
  v1::EnrolMemberRequest alone = Enrolment(world, "new");
  alone.set_request_id(id);
  const auto single = Ask(EnrolMember, world, world.AsClient(), alone);
  ASSERT_TRUE(single.ok()) << single.status();
  EXPECT_EQ(single->member().member_id(), first.results(0).member().member_id());
}

TEST(BatchEnrol, Who_joined_before_there_was_time_fails_alone) {
  World world;
  v1::Campaign welcome;
  welcome.mutable_fixed_points()->set_points(5);
  welcome.mutable_trigger()->mutable_enrolment();
  world.Activate(welcome);
  v1::BatchEnrolMembersRequest request;
  request.set_program_id(world.program_id());
  for (const int64_t seconds : {0, 1, -1}) {
    v1::EnrolMemberRequest& one = *request.add_requests();
    one.set_external_id("since " + std::to_string(seconds));
    one.mutable_join_time()->set_seconds(seconds);
  }
  const auto answer = Ask(BatchEnrolMembers, world, world.AsClient(), request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(answer->results_size(), 3);
  EXPECT_TRUE(answer->results(1).has_member());
  for (const int refused : {0, 2}) {
    EXPECT_REASON(status::FromProto(answer->results(refused).error()), "OCCUR_TIME_OUT_OF_RANGE");
  }
}

TEST(BatchEnrol, Five_hundred_in_one_transaction_and_one_outbox_row) {
  World world;
  const int64_t rows = world.Count("SELECT count(*) FROM outbox");
  v1::BatchEnrolMembersRequest batch;
  batch.set_program_id(world.program_id());
  for (int i = 0; i < 500; ++i) {
    v1::EnrolMemberRequest* one = batch.add_requests();
    one->set_external_id("household-" + std::to_string(i));
    one->set_request_id(world.NewRequestId());
  }
  const int64_t start_us = base::MonotonicMicros();
  const auto done = Ask(BatchEnrolMembers, world, world.AsClient(), batch);
  const int64_t took_us = base::MonotonicMicros() - start_us;
  ASSERT_TRUE(done.ok()) << done.status();
  for (const auto& result : done->results()) ASSERT_TRUE(result.has_member());
  EXPECT_EQ(world.Count("SELECT count(*) FROM outbox"), rows + 1);
  RecordProperty("microseconds", std::to_string(took_us));
  std::printf("500 members in %lld us\n", static_cast<long long>(took_us));
}

TEST(BatchEnrol, Of_many_at_once_with_one_identifier_one_wins) {
  World world;
  constexpr int kThreads = 8;
  std::vector<std::thread> threads;
  std::vector<absl::Status> statuses(kThreads);
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      v1::BatchEnrolMembersRequest batch;
      batch.set_program_id(world.program_id());
      // In opposite orders, so that locks could cross.
      for (int i = 0; i < 20; ++i) {
        batch.add_requests()->set_external_id("race-" + std::to_string(t % 2 == 0 ? i : 19 - i));
      }
      statuses[static_cast<size_t>(t)] =
          Ask(BatchEnrolMembers, world, world.AsClient(), batch).status();
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& status : statuses) EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(world.Count("SELECT count(*) FROM members WHERE external_id LIKE 'race-%' AND "
                        "program_id = '" +
                        base::ToString(world.program()) + "'"),
            20);
}

}  // namespace
}  // namespace laurel::members::testing
