#include "members-svc/handlers/enrol_each.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "lib/auth/caller.h"
#include "lib/base/timestamps.h"
#include "lib/idempotency/each.h"
#include "lib/outbox/outbox.h"
#include "lib/status/error.h"
#include "members-svc/domain/enrolment.h"
#include "members-svc/handlers/common.h"
#include "members-svc/store/campaign_cache.h"
#include "members-svc/store/member_store.h"
#include "members-svc/store/occasion_store.h"
#include "members-svc/store/program_store.h"

namespace laurel::members::handlers {
namespace {

using Result = absl::StatusOr<v1::Member>;

struct Command {
  const v1::EnrolMemberRequest* request = nullptr;
  std::optional<idempotency::Key> key;  // absent: no request id
  std::string content;
  std::vector<Identifier> identifiers;
};

// One attempt of the transaction.
class Enrolling {
 public:
  Enrolling(const Deps& deps, const server::Call& call, const std::string& program_id,
            const std::vector<Command>& commands, absl::Time now)
      : deps_(deps),
        call_(call),
        program_id_(program_id),
        commands_(commands),
        now_(now),
        results_(commands.size()) {}

  absl::Status Run(db::Tx& tx) {
    LAUREL_ASSIGN_OR_RETURN(program_, ProgramIdOf(program_id_));
    LAUREL_RETURN_IF_ERROR(GetProgramRow(tx, program_).status());
    LAUREL_RETURN_IF_ERROR(AnswerRepeated(tx));
    LAUREL_RETURN_IF_ERROR(Decide(tx));
    LAUREL_RETURN_IF_ERROR(Store(tx));
    for (const auto& [later, first] : twins_) results_[later] = results_[first];
    return absl::OkStatus();
  }

  bool wrote() const { return !members_.empty(); }
  std::vector<Result> TakeResults() {
    std::vector<Result> out;
    out.reserve(results_.size());
    for (auto& result : results_) out.push_back(*std::move(result));
    return out;
  }

 private:
  // Request ids that have succeeded before, or stand twice in this batch.
  absl::Status AnswerRepeated(db::Tx& tx) {
    std::vector<idempotency::Key> keys;
    std::vector<size_t> keyed;
    for (size_t i = 0; i < commands_.size(); ++i) {
      if (!commands_[i].key) continue;
      keys.push_back(*commands_[i].key);
      keyed.push_back(i);
    }
    LAUREL_ASSIGN_OR_RETURN(const auto kept, idempotency::FindEach(tx, keys));
    absl::flat_hash_map<base::Uuid, size_t> firsts;
    absl::flat_hash_map<size_t, base::Uuid> replays;
    for (size_t k = 0; k < keyed.size(); ++k) {
      const size_t at = keyed[k];
      const auto [first, is_first] = firsts.try_emplace(keys[k].id, at);
      const std::string& bound = kept[k] ? kept[k]->content : commands_[first->second].content;
      if (bound != commands_[at].content) {
        results_[at] = idempotency::RequestIdReused();
      } else if (kept[k]) {
        v1::EnrolMemberResponse answer;
        const bool parsed = answer.ParseFromString(kept[k]->response);
        const auto id = base::DecodeId("mem", answer.member().member_id());
        if (!parsed || !id) return absl::InternalError("a kept enrolment does not parse");
        replays[at] = *id;
      } else if (!is_first) {
        twins_.emplace_back(at, first->second);
        results_[at] = absl::UnknownError("answered by its twin");
      }
    }
    return Replay(tx, replays);
  }

  absl::Status Replay(db::Tx& tx, const absl::flat_hash_map<size_t, base::Uuid>& replays) {
    std::vector<base::Uuid> ids;
    for (const auto& [at, id] : replays) ids.push_back(id);
    LAUREL_ASSIGN_OR_RETURN(const auto members, FindMembers(tx, deps_.keys, program_, ids));
    for (const auto& [at, id] : replays) {
      const auto found = members.find(id);
      results_[at] = found == members.end() ? Result(auth::MemberNotFound()) : found->second;
    }
    return absl::OkStatus();
  }

  absl::Status Decide(db::Tx& tx) {
    std::vector<Identifier> asked;
    for (size_t i = 0; i < commands_.size(); ++i) {
      if (results_[i]) continue;
      const absl::Status checked = CheckEnrolment(*commands_[i].request, now_);
      if (!checked.ok()) {
        results_[i] = checked;
        continue;
      }
      asked.insert(asked.end(), commands_[i].identifiers.begin(), commands_[i].identifiers.end());
    }
    LAUREL_ASSIGN_OR_RETURN(const Owners owners, FindOwners(tx, program_, asked));
    absl::flat_hash_set<std::string_view> taken;
    for (const auto& [hash, owner] : owners) taken.insert(hash);
    for (size_t i = 0; i < commands_.size(); ++i) {
      if (!results_[i]) results_[i] = DecideOne(commands_[i], &taken);
    }
    return absl::OkStatus();
  }

  Result DecideOne(const Command& command, absl::flat_hash_set<std::string_view>* taken) {
    for (const Identifier& identifier : command.identifiers) {
      if (taken->contains(identifier.hash)) return IdentifierTaken(identifier.kind);
    }
    for (const Identifier& identifier : command.identifiers) taken->insert(identifier.hash);
    const base::Uuid id = deps_.ids.Next(now_);
    v1::Member member = MemberFrom(*command.request, id, now_);
    member.set_etag(EtagOf(1));
    if (command.key) {
      v1::EnrolMemberResponse reference;
      reference.mutable_member()->set_member_id(member.member_id());
      to_keep_.push_back({*command.key, {command.content, reference.SerializeAsString()}});
    }
    members_.push_back({id, member, command.identifiers});
    return member;
  }

  absl::Status Store(db::Tx& tx) {
    if (members_.empty()) return absl::OkStatus();
    LAUREL_RETURN_IF_ERROR(InsertMembers(tx, deps_.keys, program_, members_, now_));
    LAUREL_RETURN_IF_ERROR(idempotency::KeepEach(tx, std::move(to_keep_), now_));
    LAUREL_RETURN_IF_ERROR(QueueEnrolments(tx));
    std::vector<events::v1::Event> events;
    events.reserve(members_.size());
    const std::string traceparent = call_.trace.Traceparent();
    for (const NewMember& member : members_) {
      const std::string& id = member.member.member_id();
      events.push_back(outbox::MakeEvent({.id = deps_.ids.Next(now_),
                                          .source = "members",
                                          .subject = id,
                                          .program_id = program_id_,
                                          .member_id = id,
                                          .time = now_,
                                          .traceparent = traceparent}));
      *events.back().mutable_member_enrolled()->mutable_join_time() = member.member.join_time();
    }
    return outbox::Write(tx, outbox::Pack(events, now_, deps_.ids.Next(now_)));
  }

  // Campaigns may run for who joins.
  absl::Status QueueEnrolments(db::Tx& tx) {
    LAUREL_ASSIGN_OR_RETURN(const auto rules, deps_.campaigns.Current(tx, program_));
    if (!Runs(*rules, kEnrolmentKey)) return absl::OkStatus();
    std::vector<Occasion> occasions;
    for (const NewMember& member : members_) {
      occasions.push_back(
          EnrolmentOf(program_, member.id, base::FromTimestamp(member.member.join_time())));
    }
    return QueueOccasions(tx, occasions, now_);
  }

  const Deps& deps_;
  const server::Call& call_;
  const std::string& program_id_;
  const std::vector<Command>& commands_;
  const absl::Time now_;
  base::Uuid program_;
  std::vector<std::optional<Result>> results_;
  std::vector<std::pair<size_t, size_t>> twins_;  // a later one and the first of the same id
  std::vector<NewMember> members_;
  std::vector<idempotency::ToKeep> to_keep_;
};

Command CommandOf(const Deps& deps, const server::Call& call, const std::string& program_id,
                  const v1::EnrolMemberRequest& request) {
  Command command;
  command.request = &request;
  command.identifiers = IdentifiersOf(deps.index, program_id, request);
  if (request.request_id().empty()) return command;
  command.key = idempotency::KeyOf(ScopeOf(call, program_id, "EnrolMember", request.request_id()));
  v1::EnrolMemberRequest content = request;
  content.set_program_id(program_id);
  command.content = deps.index.Of(program_id, "enrolment", idempotency::ContentHash(content));
  return command;
}

}  // namespace

absl::StatusOr<std::vector<Result>> EnrolEach(
    const Deps& deps, const server::Call& call, const std::string& program_id,
    const std::vector<const v1::EnrolMemberRequest*>& requests) {
  std::vector<Command> commands;
  commands.reserve(requests.size());
  for (const auto* request : requests) {
    commands.push_back(CommandOf(deps, call, program_id, *request));
  }
  std::vector<Result> results;
  bool wrote = false;
  LAUREL_RETURN_IF_ERROR(deps.pool.Transact(call.deadline, [&](db::Tx& tx) -> absl::Status {
    Enrolling enrolling(deps, call, program_id, commands, deps.clock.Now());
    LAUREL_RETURN_IF_ERROR(enrolling.Run(tx));
    results = enrolling.TakeResults();
    wrote = enrolling.wrote();
    return absl::OkStatus();
  }));
  if (!wrote) return results;
  deps.relay.Wake();
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(program_id));
  for (const Result& result : results) {
    if (!result.ok()) continue;
    deps.Changed(program, base::DecodeId("mem", result->member_id()).value_or(base::Uuid{}));
  }
  return results;
}

}  // namespace laurel::members::handlers
