// Every operation on wallets, with members that have something of all that one can refer to: for
// what each refuses, as a server takes it (field rules, then the handler).
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "lib/rules/rules.h"
#include "lib/status/error.h"
#include "members-svc/domain/wallet_parts.h"
#include "members-svc/handlers/household_handlers.h"
#include "tests/members-svc/ledger/fixture.h"
#include "tests/testing/session.h"

namespace laurel::members::testing {

using absl::StatusCode;

inline constexpr int64_t kMost = 1000000000000;  // of an amount
inline constexpr int64_t kLowest = std::numeric_limits<int64_t>::min();
inline constexpr int64_t kHighest = std::numeric_limits<int64_t>::max();

// A member with something of everything that an operation can refer to.
struct Scene {
  std::string member, other, household;
  std::string accrual;      // 1000 points, 820 of all are active
  std::string spend;        // 100
  std::string expiry;       // 40
  std::string redemption;   // 30, to be reversed
  std::string waiting;      // 70 points that wait for an event
  std::string reservation;  // 50, as the second
  std::string reservation2;
};

struct Args {
  int64_t amount = 5;
  std::string type = {};  // empty: the operation's own
  std::string member = {};
  std::string program = kProgram;
  std::string reason = "because";
  std::string ref = {};  // empty: the scene's
  std::string request_id = {};
};

struct Op {
  enum class Amount { kNone, kAboveZero, kZeroIsAll, kSigned };
  std::string name;
  Amount amount;
  std::string no_such_ref;  // the reason for a reference to nothing; empty: it refers to nothing
  std::string no_such_id;
  std::function<absl::Status(const Scene&, const Args&)> run;
};

inline v1::WalletType TypeOf(const std::string& code) {
  v1::WalletType type;
  type.set_code(code);
  type.set_singular("point");
  type.set_plural("points");
  return type;
}

class BadInputTest : public ::testing::Test {
 protected:
  static constexpr int kScenes = 24;

  static void SetUpTestSuite() {
    world_ = new World;
    admin_ = new laurel::testing::Session(world_->database.admin_dsn(), "members");
    v1::WalletType points = TypeOf("points");
    points.mutable_expiry()->set_form(v1::ExpiryPolicy::FORM_DAYS);
    points.mutable_expiry()->set_count(2);
    points.set_reinstate_days(30);
    points.set_transfers(v1::TRANSFER_POLICY_KEEP_EXPIRY);
    points.set_claw_back(v1::CLAW_BACK_POLICY_WITHIN_BALANCE);
    v1::WalletType shared = TypeOf("shared");
    shared.mutable_pool()->set_on_leave(v1::LEAVE_POLICY_POINTS_STAY);
    v1::WalletType waiting = TypeOf("waiting");
    waiting.set_pending_event_days(14);
    world_->MakeProgram({points, shared, waiting});
    for (int i = 0; i < kScenes; ++i) Begin(scenes_.emplace_back());
    world_->clock.Advance(absl::Hours(24 * 4));
    for (Scene& scene : scenes_) Finish(scene);
    MakeOps();
  }
  static void TearDownTestSuite() {
    scenes_.clear();
    ops_.clear();
    delete admin_;
    delete world_;
  }

  static std::string NewId() { return "r" + std::to_string(++requests_); }

  template <typename Response, typename Handler, typename Request>
  static absl::StatusOr<Response> Send(Handler handler, Request request, const std::string& member,
                                       const Args& args) {
    request.set_program_id(args.program);
    request.set_member_id(args.member.empty() ? member : args.member);
    request.set_request_id(args.request_id.empty() ? NewId() : args.request_id);
    if constexpr (requires { request.set_reason(""); }) request.set_reason(args.reason);
    if constexpr (requires { request.set_wallet_type(""); }) {
      if (!args.type.empty()) request.set_wallet_type(args.type);
    }
    LAUREL_RETURN_IF_ERROR(rules::Check(request));
    Response response;
    absl::Status status;
    if constexpr (std::is_invocable_v<Handler, const Deps&, const server::Call&, const Request&,
                                      Response*, server::Done>) {
      status = world_->process->Call(handler, request, &response);
    } else {
      status = handler(world_->process->deps, world_->process->call, request, &response);
    }
    if (!status.ok()) return status;
    Changed();
    return response;
  }
  static std::string Earn(const std::string& member, int64_t amount, const std::string& type) {
    v1::EarnPointsRequest request;
    request.set_amount(amount);
    return Send<v1::EarnPointsResponse>(handlers::EarnPoints, request, member, {.type = type})
        ->entry()
        .entry_id();
  }
  static std::string Hold(const std::string& member, int64_t amount) {
    v1::ReservePointsRequest request;
    request.set_amount(amount);
    return Send<v1::ReservePointsResponse>(handlers::ReservePoints, request, member, {})
        ->reservation()
        .reservation_id();
  }

  static void Begin(Scene& scene) {
    scene.member = world_->Enrol(NewId());
    scene.other = world_->Enrol(NewId());
    Earn(scene.member, 40, "points");
    Earn(scene.member, 500, "shared");
    scene.household = Send<v1::CreateHouseholdResponse>(
                          handlers::CreateHousehold, v1::CreateHouseholdRequest(), scene.member, {})
                          ->household()
                          .household_id();
  }
  static void Finish(Scene& scene) {
    scene.accrual = Earn(scene.member, 1000, "points");
    scene.waiting = Earn(scene.member, 70, "waiting");
    scene.spend = world_->Spend(scene.member, 100, NewId())->entry_id();
    scene.redemption = world_->Spend(scene.member, 30, NewId())->entry_id();
    scene.reservation = Hold(scene.member, 50);
    scene.reservation2 = Hold(scene.member, 50);
    for (const v1::Entry& entry : world_->Entries(scene.member, "points")) {
      if (entry.kind() == v1::ENTRY_KIND_EXPIRY) scene.expiry = entry.entry_id();
    }
    ASSERT_FALSE(scene.expiry.empty());
  }

  // An operation whose request is made by `fill` from scene and arguments.
  template <typename Request, typename Response, typename Handler, typename Fill>
  static void Add(Op op, Handler handler, const std::string& type, Fill fill) {
    op.run = [=](const Scene& scene, const Args& args) {
      Request request;
      if constexpr (requires { request.set_wallet_type(""); }) request.set_wallet_type(type);
      fill(request, scene, args);
      return Send<Response>(handler, request, scene.member, args).status();
    };
    ops_.push_back(std::move(op));
  }
  static std::string RefOf(const Args& args, const std::string& own) {
    return args.ref.empty() ? own : args.ref;
  }
  static void MakeOps();

  static const Op& OpOf(const std::string& name) {
    for (const Op& op : ops_) {
      if (op.name == name) return op;
    }
    std::abort();
  }
  static absl::Status Do(const std::string& name, const Scene& scene, const Args& args = {}) {
    return OpOf(name).run(scene, args);
  }

  // All that a refusal must leave as it was.
  static std::string State() {
    std::string sql;
    for (const char* table : {"wallets", "entries", "reservations", "refunds", "entry_marks",
                              "orders", "order_directory", "campaign_counters", "outbox",
                              "request_keys", "campaigns", "wallet_types", "programs"}) {
      sql += std::string(sql.empty() ? "" : " UNION ALL ") + "SELECT '" + table +
             " ' || count(*) || ' ' || coalesce(md5(string_agg(t::text, ' ' ORDER BY t::text)), '')"
             " FROM " +
             table + " t";
    }
    std::string state;
    for (const std::string& line : admin_->Query(sql)) state += line + "\n";
    return state;
  }
  static void ExpectRefused(const std::string& what, StatusCode code, const std::string& reason,
                            const std::function<absl::Status()>& call) {
    const std::string before = state_.empty() ? State() : state_;
    const absl::Status refusal = call();
    EXPECT_EQ(status::ReasonOf(refusal), reason) << what << ": " << refusal;
    EXPECT_EQ(refusal.code(), code) << what << ": " << refusal;
    state_ = State();
    EXPECT_EQ(state_, before) << what;
  }
  static void ExpectRefused(const std::string& op, const Scene& scene, const Args& args,
                            StatusCode code, const std::string& reason) {
    ExpectRefused(op + " of " + std::to_string(args.amount), code, reason,
                  [&] { return Do(op, scene, args); });
  }
  // What has been looked at is not looked at again before something has changed.
  static void Changed() { state_.clear(); }
  static Scene& NextScene() {
    Changed();
    return scenes_.at(static_cast<size_t>(next_scene_++));
  }

  // A head with `active` points in one lot that never expires; its history does not say so.
  static void SetActive(const std::string& owner, int wallet_no, int64_t active) {
    Changed();
    const std::string id = base::ToString(*base::DecodeId(owner.substr(0, 3), owner));
    const std::string lots = absl::BytesToHexString(PackLots({{.amount = active}}));
    world_->database.Admin("UPDATE wallets SET active = " + std::to_string(active) +
                           ", lifetime_earned = lifetime_earned - active + " +
                           std::to_string(active) + ", lots = '\\x" + lots +
                           "' WHERE owner_id = '" + id +
                           "' AND wallet_no = " + std::to_string(wallet_no));
  }

  inline static World* world_ = nullptr;
  inline static laurel::testing::Session* admin_ = nullptr;
  inline static std::vector<Scene> scenes_;
  inline static std::vector<Op> ops_;
  inline static std::string state_;
  inline static int requests_ = 0;
  inline static int next_scene_ = 0;
};

inline void BadInputTest::MakeOps() {
  using enum Op::Amount;
  const std::string ent = base::EncodeId("ent", base::Uuid{0x0123456789007001, 1ULL << 63});
  const std::string rsv = base::EncodeId("rsv", base::Uuid{0x0123456789007001, 1ULL << 63});
  const std::string mem = base::EncodeId("mem", base::Uuid{0x0123456789007001, 1ULL << 63});
  const auto amount = [](auto& r, const Scene&, const Args& args) { r.set_amount(args.amount); };
  Add<v1::EarnPointsRequest, v1::EarnPointsResponse>({"earn", kAboveZero, "", "", {}},
                                                     handlers::EarnPoints, "", amount);
  Add<v1::SpendPointsRequest, v1::SpendPointsResponse>({"spend", kAboveZero, "", "", {}},
                                                       handlers::SpendPoints, "", amount);
  Add<v1::ReservePointsRequest, v1::ReservePointsResponse>({"reserve", kAboveZero, "", "", {}},
                                                           handlers::ReservePoints, "", amount);
  Add<v1::CaptureReservationRequest, v1::CaptureReservationResponse>(
      {"capture", kZeroIsAll, "RESERVATION_NOT_FOUND", rsv, {}}, handlers::CaptureReservation, "",
      [](auto& r, const Scene& scene, const Args& args) {
        r.set_amount(args.amount);
        r.set_reservation_id(RefOf(args, scene.reservation));
      });
  Add<v1::ReleaseReservationRequest, v1::ReleaseReservationResponse>(
      {"release", kNone, "RESERVATION_NOT_FOUND", rsv, {}}, handlers::ReleaseReservation, "",
      [](auto& r, const Scene& scene, const Args& args) {
        r.set_reservation_id(RefOf(args, scene.reservation));
      });
  Add<v1::AdjustPointsRequest, v1::AdjustPointsResponse>(
      {"adjust", kSigned, "", "", {}}, handlers::AdjustPoints, "",
      [](auto& r, const Scene&, const Args& args) { r.set_delta(args.amount); });
  Add<v1::TransferPointsRequest, v1::TransferPointsResponse>(
      {"transfer", kAboveZero, "MEMBER_NOT_FOUND", mem, {}}, handlers::TransferPoints, "",
      [](auto& r, const Scene& scene, const Args& args) {
        r.set_amount(args.amount);
        r.set_to_member_id(RefOf(args, scene.other));
      });
  Add<v1::RefundPointsRequest, v1::RefundPointsResponse>(
      {"refund", kNone, "SPEND_NOT_FOUND", ent, {}}, handlers::RefundPoints, "",
      [](auto& r, const Scene& scene, const Args& args) {
        r.set_spend_entry_id(RefOf(args, scene.spend));
      });
  Add<v1::ClawBackPointsRequest, v1::ClawBackPointsResponse>(
      {"claw back", kZeroIsAll, "ACCRUAL_NOT_FOUND", ent, {}}, handlers::ClawBackPoints, "",
      [](auto& r, const Scene& scene, const Args& args) {
        r.set_amount(args.amount);
        r.set_accrual_entry_id(RefOf(args, scene.accrual));
      });
  Add<v1::ReinstatePointsRequest, v1::ReinstatePointsResponse>(
      {"reinstate", kNone, "EXPIRY_NOT_FOUND", ent, {}}, handlers::ReinstatePoints, "",
      [](auto& r, const Scene& scene, const Args& args) {
        r.set_expiry_entry_id(RefOf(args, scene.expiry));
      });
  Add<v1::ReverseEntryRequest, v1::ReverseEntryResponse>(
      {"reverse", kNone, "ENTRY_NOT_FOUND", ent, {}}, handlers::ReverseEntry, "",
      [](auto& r, const Scene& scene, const Args& args) {
        r.set_entry_id(RefOf(args, scene.redemption));
      });
  Add<v1::ContributePointsRequest, v1::ContributePointsResponse>(
      {"contribute", kAboveZero, "", "", {}}, handlers::ContributePoints, "shared", amount);
  const auto pending = [](auto& r, const Scene& scene, const Args& args) {
    r.set_accrual_entry_id(RefOf(args, scene.waiting));
  };
  Add<v1::ActivatePointsRequest, v1::ActivatePointsResponse>(
      {"activate", kNone, "ACCRUAL_NOT_FOUND", ent, {}}, handlers::ActivatePoints, "waiting",
      pending);
  Add<v1::CancelPendingRequest, v1::CancelPendingResponse>(
      {"cancel", kNone, "ACCRUAL_NOT_FOUND", ent, {}}, handlers::CancelPending, "waiting", pending);
}

}  // namespace laurel::members::testing
