// Whatever an error says, what goes out stays small enough for gRPC's trailers.

#include "lib/status/bounds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "google/rpc/error_details.pb.h"
#include "lib/status/error.h"
#include "lib/status/mapping.h"

namespace laurel::status {
namespace {

constexpr char kBadRequest[] = "type.googleapis.com/google.rpc.BadRequest";
constexpr char kErrorInfo[] = "type.googleapis.com/google.rpc.ErrorInfo";

// The parts of an answer as the caller reads them.
struct Answer {
  absl::Status status;
  google::rpc::BadRequest bad;
  google::rpc::ErrorInfo info;
};

template <typename T>
T Payload(const absl::Status& status, const char* url) {
  T out;
  const auto payload = status.GetPayload(url);
  if (payload) {
    EXPECT_TRUE(out.ParseFromString(std::string(*payload)));
  }
  return out;
}

Answer Sent(const absl::Status& status) {
  const grpc::Status wire = ToGrpc(status);
  google::rpc::Status proto;
  EXPECT_TRUE(proto.ParseFromString(wire.error_details())) << "also checks UTF-8";
  EXPECT_EQ(proto.message(), wire.error_message());
  EXPECT_LE(WireBytes(proto), kMaxWireBytes);
  Answer answer{FromGrpc(wire), {}, {}};
  EXPECT_EQ(answer.status.code(), status.code());
  EXPECT_EQ(ReasonOf(answer.status), ReasonOf(status));
  EXPECT_EQ(RetryAfterSeconds(answer.status), RetryAfterSeconds(status));
  answer.bad = Payload<google::rpc::BadRequest>(answer.status, kBadRequest);
  answer.info = Payload<google::rpc::ErrorInfo>(answer.status, kErrorInfo);
  EXPECT_EQ(FromGrpc(ToGrpc(answer.status)), answer.status) << "passed on as it is";
  return answer;
}

bool IsUtf8(const std::string& text) {
  google::rpc::Status status;
  status.set_message(text);
  return google::rpc::Status().ParseFromString(status.SerializeAsString());
}

// Characters of one to four bytes.
std::string AnyText(std::mt19937_64& random, size_t characters) {
  constexpr const char* kCharacters[] = {"a", "%", "\n", "é", "Ж", "€", "語", "🛒"};
  std::string text;
  for (; characters > 0; --characters) text += kCharacters[random() % std::size(kCharacters)];
  return text;
}

TEST(Bounds, CutsBetweenCharacters) {
  EXPECT_EQ(Cut("Käse", 5), "Käse");
  EXPECT_EQ(Cut("Käsebrot", 6), "Kä…");
  EXPECT_EQ(Cut("Käsebrot", 5), "K…") << "not through the ä";
  EXPECT_EQ(Cut("🛒🛒", 7), "🛒…");
  EXPECT_EQ(Cut("🛒🛒", 6), "…");
}

TEST(Bounds, AShortErrorGoesOutAsItIs) {
  const absl::Status status =
      WithRetryAfter(Error(absl::StatusCode::kFailedPrecondition, "INSUFFICIENT_POINTS",
                           "Nicht genug für “Käse”.", {{"available", "3"}, {"needed", "5"}}),
                     absl::Seconds(3));
  EXPECT_EQ(Sent(status).status, status);
  const absl::Status invalid = InvalidRequest({{"lines[0].sku", "is empty"}, {"day", "is none"}});
  EXPECT_EQ(invalid.message(), "The request is not valid: lines[0].sku: is empty; day: is none.");
  EXPECT_EQ(Sent(invalid).status, invalid);
}

TEST(Bounds, ManyViolationsAreCounted) {
  std::vector<Violation> violations;
  for (int i = 0; i < 200; ++i)
    violations.push_back({"campaign.effects[" + std::to_string(i) + "].skus", "stands twice"});
  const absl::Status status = Invalid("CAMPAIGN_INVALID", violations);
  EXPECT_EQ(Payload<google::rpc::BadRequest>(status, kBadRequest).field_violations_size(), 200)
      << "who reads them here gets all";
  const Answer answer = Sent(status);
  const int kept = answer.bad.field_violations_size() - 1;
  EXPECT_GE(kept, 30);
  EXPECT_LT(kept, 60);
  for (int i = 0; i < kept; ++i)
    EXPECT_EQ(answer.bad.field_violations(i).field(), violations[static_cast<size_t>(i)].field);
  EXPECT_EQ(answer.bad.field_violations(kept).field(), "");
  EXPECT_EQ(answer.bad.field_violations(kept).description(),
            "and " + std::to_string(200 - kept) + " more");
  EXPECT_THAT(std::string(answer.status.message()), ::testing::StartsWith("The request is not "
                                                                          "valid: campaign"));
  EXPECT_THAT(std::string(answer.status.message()), ::testing::EndsWith(" more."));
}

TEST(Bounds, WhatEchoesTheRequestIsCut) {
  const Answer answer = Sent(Error(absl::StatusCode::kNotFound, "STORE_NOT_FOUND",
                                   std::string(5000, '%'), {{"store", std::string(9000, 'x')}}));
  EXPECT_LE(answer.status.message().size() * 3, kMaxMessageBytes);
  EXPECT_EQ(answer.info.metadata().at("store").size(), kMaxTextBytes);
}

TEST(Bounds, AForeignDetailIsKeptWhereItFits) {
  absl::Status status = InvalidRequest({{"day", "is none"}});
  status.SetPayload("type.example.org/Small", absl::Cord("small"));
  EXPECT_EQ(Sent(status).status, status);
  status.SetPayload("type.example.org/Large", absl::Cord(std::string(9000, 'x')));
  const absl::Status sent = Sent(status).status;
  EXPECT_TRUE(sent.GetPayload("type.example.org/Small"));
  EXPECT_FALSE(sent.GetPayload("type.example.org/Large"));
}

TEST(Bounds, NothingThatComesGoesBeyondThem) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 500 && !::testing::Test::HasFailure(); ++round) {
    // From many short ones to a few long ones.
    const size_t longest = size_t{1} << (random() % 11);
    std::vector<Violation> violations(random() % 300);
    for (Violation& violation : violations) {
      violation.field = AnyText(random, random() % longest);
      violation.description = AnyText(random, random() % longest);
    }
    absl::Status status = Invalid("ACTIVITY_INVALID", violations);
    google::rpc::ErrorInfo info;
    info.set_reason("ACTIVITY_INVALID");
    for (uint64_t i = random() % 30; i > 0; --i) {
      (*info.mutable_metadata())["n" + std::to_string(i)] = AnyText(random, random() % longest);
    }
    status.SetPayload(kErrorInfo, absl::Cord(info.SerializeAsString()));
    status = WithRetryAfter(status, absl::Milliseconds(1500));
    const Answer answer = Sent(status);
    EXPECT_TRUE(IsUtf8(std::string(answer.status.message())));
    for (int i = 0; i + 1 < answer.bad.field_violations_size(); ++i) {
      EXPECT_EQ(answer.bad.field_violations(i).field(),
                Cut(violations[static_cast<size_t>(i)].field, kMaxTextBytes));
    }
    for (const auto& [name, value] : answer.info.metadata())
      EXPECT_EQ(value, Cut(info.metadata().at(name), kMaxTextBytes));
  }
}

}  // namespace
}  // namespace laurel::status
