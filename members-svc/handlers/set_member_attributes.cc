#include <algorithm>

#include "absl/strings/str_cat.h"
#include "lib/auth/caller.h"
#include "lib/base/bucket.h"
#include "lib/outbox/outbox.h"
#include "lib/status/error.h"
#include "members-svc/domain/attributes.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/handlers.h"
#include "members-svc/store/attribute_store.h"
#include "members-svc/store/member_store.h"

namespace laurel::members::handlers {
namespace {

// The event of one change.
events::v1::Event EventOf(const Deps& deps, const server::Call& call, absl::Time now,
                          const v1::SetMemberAttributesRequest& request, const std::string& name) {
  events::v1::Event event = outbox::MakeEvent({.id = deps.ids.Next(now),
                                               .source = "members",
                                               .subject = request.member_id(),
                                               .program_id = request.program_id(),
                                               .member_id = request.member_id(),
                                               .time = now,
                                               .traceparent = call.trace.Traceparent()});
  auto* changed = event.mutable_attribute_changed();
  changed->set_name(name);
  const auto value = request.set().find(name);
  changed->set_removed(value == request.set().end());
  if (!changed->removed()) changed->set_value(value->second);
  return event;
}

// Writes what differs from what is there, with an event each. The member's row is held: whoever
// changes the attributes of one does so one after the other.
absl::Status Change(const Deps& deps, const server::Call& call, db::Tx& tx, absl::Time now,
                    const v1::SetMemberAttributesRequest& request) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const auto member = base::DecodeId("mem", request.member_id());
  if (!member) return auth::MemberNotFound();
  LAUREL_ASSIGN_OR_RETURN(const db::Rows locked,
                          tx.Query("lock_tier_member", base::BucketOf(*member), *member, program));
  if (locked.empty()) return auth::MemberNotFound();
  LAUREL_ASSIGN_OR_RETURN(MemberAttributes known, ReadAttributes(tx, program, *member));
  // Behind the events of what was set before, by a process whose clock is ahead.
  now = std::max(now, known.update_time + absl::Microseconds(1));
  const size_t before = known.values.size();
  std::vector<AttributeValue> written;
  std::vector<std::string> removed;
  std::vector<events::v1::Event> events;
  for (const std::string& name : request.remove()) {
    if (known.values.erase(name) == 0) continue;
    removed.push_back(name);
    events.push_back(EventOf(deps, call, now, request, name));
  }
  const std::map<std::string, std::string> wanted(request.set().begin(), request.set().end());
  for (const auto& [name, value] : wanted) {
    const auto there = known.values.find(name);
    if (there != known.values.end() && there->second == value) continue;
    known.values[name] = value;
    written.push_back({program, *member, name, value});
    events.push_back(EventOf(deps, call, now, request, name));
  }
  LAUREL_RETURN_IF_ERROR(CheckAttributeCount(known.values.size(), before));
  if (events.empty()) return absl::OkStatus();
  LAUREL_RETURN_IF_ERROR(DeleteAttributes(tx, program, *member, removed));
  LAUREL_RETURN_IF_ERROR(WriteAttributes(tx, written, now));
  return outbox::Write(tx, outbox::Pack(std::move(events), now, deps.ids.Next(now)));
}

}  // namespace

absl::Status SetMemberAttributes(const Deps& deps, const server::Call& call,
                                 const v1::SetMemberAttributesRequest& request,
                                 v1::SetMemberAttributesResponse* response) {
  LAUREL_RETURN_IF_ERROR(CheckAttributes(request));
  const absl::Time now = deps.clock.Now();
  v1::GetMemberRequest read;
  read.set_program_id(request.program_id());
  read.set_member_id(request.member_id());
  v1::SetMemberAttributesResponse kept;
  const absl::Status status = deps.pool.Transact(call.deadline, [&](db::Tx& tx) {
    return idempotency::Once(
        tx, ScopeOf(call, request.program_id(), "SetMemberAttributes", request.request_id()),
        request, now, &kept, [&] { return Change(deps, call, tx, now, request); });
  });
  if (!status.ok()) return status;
  deps.relay.Wake();
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  deps.Changed(program, base::DecodeId("mem", request.member_id()).value_or(base::Uuid{}));
  // Personal data is not kept under the request's id: the member is answered as it stands.
  v1::GetMemberResponse member;
  LAUREL_RETURN_IF_ERROR(GetMember(deps, call, read, &member));
  *response->mutable_member() = std::move(*member.mutable_member());
  return absl::OkStatus();
}

}  // namespace laurel::members::handlers
