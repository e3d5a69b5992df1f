// What holds for every rpc there is, now and later: read from the descriptors, so that a new rpc is
// looked at without a line here. Exceptions are listed with their reasons.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "google/rpc/error_details.pb.h"
#include "lib/rules/rules.h"
#include "tests/descriptors/sample.h"

namespace laurel::testing {
namespace {

namespace api = laurel::api::v1;
namespace proto = google::protobuf;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::IsEmpty;
using Field = proto::FieldDescriptor;

using Reasons = std::map<std::string, std::string>;

std::vector<std::string> FieldsOf(const absl::Status& status) {
  std::vector<std::string> fields;
  const auto payload = status.GetPayload("type.googleapis.com/google.rpc.BadRequest");
  google::rpc::BadRequest bad;
  if (!payload || !bad.ParseFromString(std::string(*payload))) return fields;
  for (const auto& violation : bad.field_violations()) fields.push_back(violation.field());
  return fields;
}

bool IsOutside(const proto::MethodDescriptor& method) {
  const auto& roles = rules::MethodRulesOf(&method).roles();
  return std::any_of(roles.begin(), roles.end(), [](int role) {
    return role != api::ROLE_SERVICE && role != api::ROLE_GATEWAY && role != api::ROLE_OPERATOR;
  });
}

bool HasRequestId(const proto::Descriptor& type) {
  return rules::KnownFieldsOf(&type).request_id != nullptr;
}

// The items of a batch, or messages that they hold, carry request ids.
bool ItemsHaveRequestIds(const proto::Descriptor& type) {
  for (int i = 0; i < type.field_count(); ++i) {
    const Field& field = *type.field(i);
    if (!field.is_repeated() || field.is_map() || field.message_type() == nullptr) continue;
    const proto::Descriptor& item = *field.message_type();
    if (HasRequestId(item)) return true;
    for (int j = 0; j < item.field_count(); ++j) {
      const auto* held = item.field(j)->message_type();
      if (held == nullptr || !HasRequestId(*held)) return false;
    }
    return item.field_count() > 0;
  }
  return false;
}

TEST(Descriptors, EveryServiceIsThere) {
  std::set<std::string> packages;
  for (const auto* service : AllServices()) packages.insert(service->file()->package());
  EXPECT_GE(packages.size(), 6U);
  EXPECT_GE(AllMethods().size(), 40U);
}

TEST(Descriptors, EveryRpcHasSoundRules) {
  for (const auto* service : AllServices()) {
    EXPECT_EQ(rules::CheckServiceRules(service), absl::OkStatus());
  }
  for (const auto* method : AllMethods()) {
    EXPECT_TRUE(method->options().HasExtension(api::method)) << method->full_name();
    EXPECT_FALSE(rules::MethodRulesOf(method).roles().empty()) << method->full_name();
  }
}

TEST(Descriptors, ASampleOfEveryRequestPasses) {
  for (const auto* method : AllMethods()) {
    const auto request = Sample(*method->input_type());
    EXPECT_EQ(rules::Check(*request), absl::OkStatus()) << method->full_name() << "\n"
                                                        << request->DebugString();
  }
}

TEST(Descriptors, EveryRequiredFieldIsRefusedWhenEmpty) {
  int tried = 0;
  std::set<const Field*> seen;
  for (const auto* method : AllMethods()) {
    const auto whole = Sample(*method->input_type());
    std::vector<std::string> paths;
    VisitRequired(whole.get(), "", [&](proto::Message*, const Field&, const std::string& path) {
      paths.push_back(path);
    });
    for (const std::string& path : paths) {
      const auto request = Sample(*method->input_type());
      bool in_item = false;
      VisitRequired(request.get(), "",
                    [&](proto::Message* holder, const Field& field, const std::string& at) {
                      if (at != path) return;
                      holder->GetReflection()->ClearField(holder, &field);
                      in_item = holder != request.get() && RulesOf(field).program();
                      seen.insert(&field);
                    });
      // The items of a batch inherit its programme.
      if (in_item) continue;
      ++tried;
      EXPECT_THAT(FieldsOf(rules::Check(*request)), Contains(path)) << method->full_name();
    }
  }
  EXPECT_GE(tried, 100);
  EXPECT_GE(seen.size(), 80U);
}

TEST(Descriptors, EveryRequiredFieldOfARequestWasTried) {
  // Every field that a sample can reach; a required one that it leaves out would go untested.
  for (const auto* method : AllMethods()) {
    const proto::Descriptor& type = *method->input_type();
    const auto request = Sample(type);
    std::set<std::string> reached;
    VisitRequired(request.get(), "", [&](proto::Message*, const Field&, const std::string& path) {
      reached.insert(path);
    });
    for (int i = 0; i < type.field_count(); ++i) {
      if (!RulesOf(*type.field(i)).required()) continue;
      EXPECT_TRUE(reached.contains(type.field(i)->json_name())) << type.field(i)->full_name();
    }
  }
}

// Twice the same command: once the effect.
TEST(Descriptors, EveryRpcThatChangesSomethingCanBeRepeated) {
  const Reasons exceptions = {
      {"laurel.members.v1.ProgramService.CreateProgram", "the operator gives the programme its id"},
      {"laurel.members.v1.AdjustmentService.ApproveAdjustment",
       "approved again, it finds its entry"},
      {"laurel.members.v1.AdjustmentService.RejectAdjustment", "rejected again is rejected"},
      {"laurel.members.v1.JobService.StartJob", "started again is started"},
      {"laurel.members.v1.JobService.PauseJob", "paused again is paused"},
      {"laurel.members.v1.JobService.CancelJob", "cancelled again is cancelled"},
      {"laurel.members.v1.ReplayService.CancelReplay", "cancelled again is cancelled"},
      {"laurel.events.v1.EventSinkService.Deliver", "events carry ids; the inbox remembers them"},
      {"laurel.testing.v1.ClockService.SetTime", "the same time again is the same time"},
  };
  std::set<std::string> needed;
  for (const auto* method : AllMethods()) {
    if (rules::MethodRulesOf(method).read_only()) continue;
    if (HasRequestId(*method->input_type()) || ItemsHaveRequestIds(*method->input_type())) continue;
    needed.insert(method->full_name());
    EXPECT_TRUE(exceptions.contains(method->full_name())) << method->full_name();
  }
  for (const auto& [name, reason] : exceptions) EXPECT_TRUE(needed.contains(name)) << name;
}

TEST(Descriptors, WhatMovesPointsOrStockRequiresAnIdempotencyKey) {
  for (const auto* method : AllMethods()) {
    const std::string& service = method->service()->name();
    const auto& rules = rules::MethodRulesOf(method);
    const bool moves =
        service == "WalletService" || service == "OrderService" || service == "RedemptionService";
    if (!moves || rules.read_only() || ItemsHaveRequestIds(*method->input_type())) continue;
    EXPECT_TRUE(rules.request_id_required()) << method->full_name();
  }
}

TEST(Descriptors, EveryListIsPaged) {
  const Reasons exceptions = {
      {"laurel.members.v1.ProgramService.ListWalletTypes", "a programme has at most 32"},
      {"laurel.members.v1.WalletService.ListBalances", "one per wallet type, at most 32"},
      {"laurel.members.v1.TierService.ListTierSets", "a programme has at most 16"},
      {"laurel.members.v1.SegmentService.ListSegments", "a programme has at most 100"},
      {"laurel.members.v1.ActivityService.ListActivityTypes", "a programme has at most 200"},
      {"laurel.members.v1.WayService.ListWays", "100 campaigns at most"},
      {"laurel.rewards.v1.RewardWayService.ListAffordableRewards", "110 rewards at most"},
      {"laurel.members.v1.ActivityService.ListConsents", "the newest 1,000; nobody has as many"},
  };
  std::set<std::string> needed;
  for (const auto* method : AllMethods()) {
    if (method->name().rfind("List", 0) != 0) continue;
    EXPECT_TRUE(rules::MethodRulesOf(method).read_only()) << method->full_name();
    const auto* size = method->input_type()->FindFieldByName("page_size");
    const auto* token = method->input_type()->FindFieldByName("page_token");
    const auto* next = method->output_type()->FindFieldByName("next_page_token");
    if (size == nullptr && token == nullptr && next == nullptr) {
      needed.insert(method->full_name());
      EXPECT_TRUE(exceptions.contains(method->full_name())) << method->full_name();
      continue;
    }
    ASSERT_TRUE(size != nullptr && token != nullptr && next != nullptr) << method->full_name();
    EXPECT_EQ(size->type(), Field::TYPE_INT32);
    EXPECT_EQ(token->type(), Field::TYPE_STRING);
  }
  for (const auto& [name, reason] : exceptions) EXPECT_TRUE(needed.contains(name)) << name;
}

// The programme comes from the credential: a request that has none would reach across programmes.
TEST(Descriptors, EveryRequestFromOutsideNamesItsProgramme) {
  const Reasons exceptions = {};
  for (const auto* method : AllMethods()) {
    if (!IsOutside(*method) || exceptions.contains(method->full_name())) continue;
    const auto* program = rules::KnownFieldsOf(method->input_type()).program;
    ASSERT_NE(program, nullptr) << method->full_name();
    EXPECT_TRUE(RulesOf(*program).required()) << method->full_name();
    EXPECT_EQ(RulesOf(*program).id_prefix(), "prg") << method->full_name();
  }
}

// Every message of Laurel's own that a request holds, itself included.
void FindHeld(const proto::Descriptor& type, std::set<const proto::Descriptor*>* held) {
  if (type.full_name().rfind("laurel.", 0) != 0 || !held->insert(&type).second) return;
  for (int i = 0; i < type.field_count(); ++i) {
    if (type.field(i)->message_type() != nullptr) FindHeld(*type.field(i)->message_type(), held);
  }
}

bool IsInteger(const Field& field) {
  return field.cpp_type() == Field::CPPTYPE_INT32 || field.cpp_type() == Field::CPPTYPE_INT64 ||
         field.cpp_type() == Field::CPPTYPE_UINT32 || field.cpp_type() == Field::CPPTYPE_UINT64;
}

std::vector<const Field*> IntegersInRequests() {
  std::set<const proto::Descriptor*> held;
  for (const auto* method : AllMethods()) FindHeld(*method->input_type(), &held);
  std::map<std::string, const Field*> by_name;
  for (const auto* type : held) {
    for (int i = 0; i < type->field_count(); ++i) {
      const Field& field = *type->field(i);
      if (IsInteger(field)) by_name[field.full_name()] = &field;
    }
  }
  std::vector<const Field*> fields;
  for (const auto& [name, field] : by_name) fields.push_back(field);
  return fields;
}

// Whatever counts something (amounts, deltas, points, counts, days …) has a least and a greatest
// value: behind them stand checks that would end the process.
TEST(Descriptors, EveryNumberInARequestHasBothBounds) {
  const Reasons exceptions = {
      {"laurel.members.v1.Campaign.version", "an answer's; the ledger counts versions itself"},
      {"laurel.members.v1.Campaign.priority", "any number will do to sort by"},
      {"laurel.members.v1.Campaign.content_version", "an answer's"},
      {"laurel.members.v1.Campaign.live_version", "an answer's"},
      {"laurel.members.v1.GetCampaignRequest.version", "compared only"},
      {"laurel.members.v1.TierSet.version", "an answer's"},
      {"laurel.members.v1.ActivityType.version", "an answer's"},
      {"laurel.members.v1.UpdateActivityTypeRequest.version", "compared only"},
      {"laurel.members.v1.ActivityAttribute.least", "compared only"},
      {"laurel.members.v1.ActivityAttribute.most", "compared only"},
      {"laurel.members.v1.Place.qr_version", "an answer's"},
      {"laurel.members.v1.GetTierSetRequest.version", "compared only"},
      {"laurel.members.v1.UpdateTierSetRequest.version", "compared only"},
      {"laurel.members.v1.Segment.version", "an answer's"},
      {"laurel.members.v1.UpdateSegmentRequest.version", "compared only"},
      {"laurel.members.v1.RfmBounds.recency_days", "compared only; ValidateSegmentSettings"},
      {"laurel.members.v1.RfmBounds.orders", "compared only; ValidateSegmentSettings"},
      {"laurel.members.v1.RfmBounds.minor_units", "compared only; ValidateSegmentSettings"},
      {"laurel.events.v1.DeliverRequest.lane", "a lane of the sender's, compared only"},
      {"laurel.events.v1.DeliverRequest.fence", "the sender's lease, compared only"},
  };
  std::set<std::string> needed;
  for (const Field* field : IntegersInRequests()) {
    const auto& rules = RulesOf(*field);
    if (field->name() == "page_size") {  // what is above the greatest page is the greatest page
      EXPECT_TRUE(rules.has_min()) << field->full_name();
      continue;
    }
    const bool of_event = field->file()->package() == "laurel.events.v1" &&
                          field->containing_type()->name() != "DeliverRequest";
    if (of_event) continue;  // the sender's ledger has said what happened
    if (rules.has_min() && rules.has_max()) {
      EXPECT_LE(rules.min(), rules.max()) << field->full_name();
      continue;
    }
    needed.insert(field->full_name());
    EXPECT_TRUE(exceptions.contains(field->full_name())) << field->full_name();
  }
  for (const auto& [name, reason] : exceptions) EXPECT_TRUE(needed.contains(name)) << name;
}

void SetNumber(proto::Message* message, const Field& field, int64_t number) {
  const proto::Reflection& reflection = *message->GetReflection();
  switch (field.cpp_type()) {
    case Field::CPPTYPE_INT32:
      return reflection.SetInt32(message, &field, static_cast<int32_t>(number));
    case Field::CPPTYPE_INT64:
      return reflection.SetInt64(message, &field, number);
    case Field::CPPTYPE_UINT32:
      return reflection.SetUInt32(message, &field, static_cast<uint32_t>(number));
    default:
      return reflection.SetUInt64(message, &field, static_cast<uint64_t>(number));
  }
}

TEST(Descriptors, EveryNumberOutsideItsBoundsIsRefused) {
  int tried = 0;
  for (const Field* field : IntegersInRequests()) {
    const auto& rules = RulesOf(*field);
    if (!rules.has_min() && !rules.has_max()) continue;
    ASSERT_FALSE(field->is_repeated()) << field->full_name() << ": teach this test";
    const auto refused = [&](int64_t number) {
      const auto message = Sample(*field->containing_type());
      SetNumber(message.get(), *field, number);
      ++tried;
      const auto fields = FieldsOf(rules::Check(*message));
      return std::find(fields.begin(), fields.end(), field->json_name()) != fields.end();
    };
    if (rules.has_min()) {
      EXPECT_TRUE(refused(rules.min() - 1)) << field->full_name();
      EXPECT_FALSE(refused(rules.min()) && !rules.required()) << field->full_name();
    }
    if (rules.has_max()) {
      EXPECT_TRUE(refused(rules.max() + 1)) << field->full_name();
      EXPECT_FALSE(refused(rules.max())) << field->full_name();
    }
  }
  EXPECT_GE(tried, 200);
}

void FindFloats(const proto::Descriptor& type, std::set<const proto::Descriptor*>* seen,
                std::vector<std::string>* floats) {
  if (!seen->insert(&type).second) return;
  for (int i = 0; i < type.field_count(); ++i) {
    const Field& field = *type.field(i);
    if (field.cpp_type() == Field::CPPTYPE_FLOAT || field.cpp_type() == Field::CPPTYPE_DOUBLE) {
      floats->push_back(field.full_name());
    }
    if (field.message_type() != nullptr) FindFloats(*field.message_type(), seen, floats);
  }
}

TEST(Descriptors, NothingIsAFloat) {
  std::set<const proto::Descriptor*> seen;
  std::vector<std::string> floats;
  for (const auto* method : AllMethods()) {
    FindFloats(*method->input_type(), &seen, &floats);
    FindFloats(*method->output_type(), &seen, &floats);
  }
  EXPECT_THAT(floats, IsEmpty());
}

}  // namespace
}  // namespace laurel::testing
