#include "members-svc/handlers/activity_command.h"

#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "lib/auth/caller.h"
#include "lib/base/timestamps.h"
#include "lib/idempotency/once.h"
#include "lib/status/error.h"
#include "members-svc/domain/activity.h"
#include "members-svc/domain/identifiers.h"
#include "members-svc/handlers/common.h"
#include "members-svc/handlers/ledger_command.h"
#include "members-svc/store/activity_store.h"
#include "members-svc/store/consent_store.h"
#include "members-svc/store/member_store.h"
#include "members-svc/store/sealed_attributes.h"

namespace laurel::members::handlers {
namespace {

using Request = v1::RecordActivityRequest;

// What the requests of one call are compared with.
struct Terms {
  std::vector<base::Uuid> members;  // per request; zero: nobody
  absl::flat_hash_map<std::string, v1::ActivityType> types;
  absl::flat_hash_map<std::string, v1::Place> places;
  absl::flat_hash_map<ConsentKey, v1::Consent> consents;
  absl::flat_hash_map<base::Uuid, MemberKey> keys;
};

std::string PlaceNamedBy(const Request& request) {
  if (!request.place().empty()) return request.place();
  return PlaceOfQrCode(request.qr_code()).value_or("");
}

absl::Status FindMembersOf(const Deps& deps, db::Tx& tx, const base::Uuid& program,
                           const std::vector<const Request*>& requests, Terms* terms) {
  const std::string program_id = base::EncodeId("prg", program);
  std::vector<Identifier> asked;
  const auto identifier = [&](const Request& request) -> Identifier {
    return {IdentifierKind::kExternalId,
            IdentifierHash(deps.index, program_id, IdentifierKind::kExternalId,
                           request.member_external_id())};
  };
  for (const Request* request : requests) {
    if (request->member_id().empty()) asked.push_back(identifier(*request));
  }
  LAUREL_ASSIGN_OR_RETURN(const Owners owners, FindOwners(tx, program, asked));
  for (const Request* request : requests) {
    base::Uuid member = {};
    if (request->member_id().empty()) {
      const auto owner = owners.find(identifier(*request).hash);
      if (owner != owners.end()) member = owner->second;
    } else {
      member = base::DecodeId("mem", request->member_id()).value_or(base::Uuid{});
    }
    terms->members.push_back(member);
  }
  return absl::OkStatus();
}

absl::Status ReadTerms(const Deps& deps, db::Tx& tx, const base::Uuid& program,
                       const std::vector<const Request*>& requests, Terms* terms) {
  *terms = {};
  LAUREL_RETURN_IF_ERROR(FindMembersOf(deps, tx, program, requests, terms));
  std::set<std::string> types, places;
  for (const Request* request : requests) {
    types.insert(request->activity_type());
    if (std::string place = PlaceNamedBy(*request); !place.empty()) places.insert(std::move(place));
  }
  LAUREL_ASSIGN_OR_RETURN(terms->types,
                          FindActivityTypeRows(tx, program, {types.begin(), types.end()}));
  LAUREL_ASSIGN_OR_RETURN(terms->places,
                          FindPlaceRows(tx, program, {places.begin(), places.end()}));
  std::vector<ConsentKey> consents;
  std::vector<base::Uuid> members;
  for (size_t i = 0; i < requests.size(); ++i) {
    const auto type = terms->types.find(requests[i]->activity_type());
    if (type == terms->types.end() || !type->second.sensitive()) continue;
    consents.emplace_back(terms->members[i], type->first);
    members.push_back(terms->members[i]);
  }
  LAUREL_ASSIGN_OR_RETURN(terms->consents, FindConsents(tx, consents));
  LAUREL_ASSIGN_OR_RETURN(terms->keys, FindMemberKeys(tx, program, members));
  return absl::OkStatus();
}

absl::Status CheckCaller(const server::Call& call, const Request& request,
                         const v1::ActivityType& type) {
  if (!call.caller.IsMember()) return absl::OkStatus();
  if (!type.by_members()) {
    return status::Error(absl::StatusCode::kPermissionDenied, "ROLE_REQUIRED",
                         "Members do not record this themselves.");
  }
  std::vector<status::Violation> violations;
  if (request.has_occur_time()) {
    violations.push_back({"occurTime", "members record what happens now"});
  }
  if (!request.place().empty()) violations.push_back({"place", "members show the QR code"});
  return violations.empty() ? absl::OkStatus() : status::Invalid("ACTIVITY_INVALID", violations);
}

// Whether a check-in names a place that is there, and nothing else does; null: no check-in.
absl::StatusOr<const v1::Place*> PlaceOf(const Deps& deps, const std::string& program_id,
                                         const Request& request, const v1::ActivityType& type,
                                         const Terms& terms) {
  const bool by_code = !request.place().empty();
  const bool by_qr = !request.qr_code().empty();
  if (!type.check_in()) {
    if (!by_code && !by_qr) return nullptr;
    return status::Invalid("ACTIVITY_INVALID",
                           {{by_code ? "place" : "qrCode", "has a meaning only for check-ins"}});
  }
  if (by_code == by_qr) {
    return status::Invalid("ACTIVITY_INVALID",
                           {{"place", "a check-in has either a place or a QR code"}});
  }
  const auto place = terms.places.find(PlaceNamedBy(request));
  if (by_qr && (place == terms.places.end() ||
                !IsQrCodeOf(deps.index, program_id, place->second, request.qr_code()))) {
    return status::Error(absl::StatusCode::kInvalidArgument, "QR_CODE_INVALID",
                         "The QR code is that of no place, or has been replaced.");
  }
  if (place == terms.places.end()) return PlaceNotFound();
  if (place->second.closed()) {
    return status::Refused("PLACE_CLOSED", "Nobody can check in at this place.");
  }
  return &place->second;
}

absl::Status CheckConsent(const v1::ActivityType& type, const base::Uuid& member,
                          const Terms& terms) {
  if (!type.sensitive()) return absl::OkStatus();
  const auto consent = terms.consents.find(ConsentKey(member, type.code()));
  if (consent != terms.consents.end() && Holds(consent->second)) return absl::OkStatus();
  return ConsentRequired();
}

// What the type, the place and the member make of an activity; fills `what`.
absl::Status Decide(const Deps& deps, const server::Call& call, const std::string& program_id,
                    const Request& request, const v1::ActivityType& type, const base::Uuid& member,
                    const Terms& terms, RecordOccurrence* what) {
  LAUREL_RETURN_IF_ERROR(CheckCaller(call, request, type));
  if (type.retired()) {
    return status::Refused("ACTIVITY_TYPE_RETIRED", "No further activities of this type.");
  }
  LAUREL_ASSIGN_OR_RETURN(const ActivityAttributes attributes,
                          CheckAttributes(type, request.attributes()));
  LAUREL_ASSIGN_OR_RETURN(const v1::Place* place, PlaceOf(deps, program_id, request, type, terms));
  LAUREL_RETURN_IF_ERROR(CheckConsent(type, member, terms));
  what->store = place == nullptr ? request.store() : place->store();
  if (place != nullptr) what->activity.set_place(place->code());
  for (const auto& [name, value] : attributes) {
    (*what->activity.mutable_attributes())[name] = value;
  }
  if (!type.sensitive()) {
    what->attributes = attributes;
    return absl::OkStatus();
  }
  what->needs_consent = true;
  const auto key = terms.keys.find(member);
  if (key == terms.keys.end()) return auth::MemberNotFound();
  LAUREL_ASSIGN_OR_RETURN(
      what->sealed,
      SealAttributes(deps.keys, key->second,
                     OccurrenceKeyOf(key->second.program_id, member, what->trigger_key, what->ref),
                     what->activity));
  what->activity.clear_attributes();
  return absl::OkStatus();
}

// Stands for what is recorded, whoever sends it and however it names the member or the place.
// Keyed: whoever reads a plain hash could try out answers.
std::string ContentHashOf(const Deps& deps, const std::string& program_id, const base::Uuid& member,
                          const Request& request) {
  Request what = request;
  what.set_program_id(program_id);
  what.clear_request_id();
  what.clear_member_external_id();
  what.set_member_id(base::EncodeId("mem", member));
  what.set_place(PlaceNamedBy(request));
  what.clear_qr_code();
  return deps.index.Of(program_id, "activity", idempotency::ContentHash(what))
      .substr(0, kContentHashBytes);
}

absl::StatusOr<Command> CommandOf(const Deps& deps, const server::Call& call,
                                  const std::string& program_id, const Request& request,
                                  const base::Uuid& member, const Terms& terms) {
  if (request.member_id().empty() && request.member_external_id().empty()) {
    return status::InvalidRequest({{"memberId", "memberId or memberExternalId is required"}});
  }
  if (member.IsZero()) return auth::MemberNotFound();
  const auto type = terms.types.find(request.activity_type());
  if (type == terms.types.end()) return ActivityTypeNotFound();
  const std::string member_id = base::EncodeId("mem", member);
  Command command = NewCommand(call, {program_id, member_id, "", request.request_id()}, request);
  command.content_hash = ContentHashOf(deps, program_id, member, request);
  RecordOccurrence what;
  what.trigger_key = absl::StrCat("activity/", request.activity_type());
  what.ref =
      request.key().empty() ? "request/" + base::ToString(command.request_key) : request.key();
  if (request.has_occur_time()) what.occur_time = base::FromTimestamp(request.occur_time());
  what.activity.set_activity_type(request.activity_type());
  what.activity.set_activity_type_version(type->second.version());
  what.activity.set_key(request.key());
  if (type->second.has_member_limit()) {
    what.limit = {.counter_id = ActivityCounterId(command.program_id, type->first),
                  .period = type->second.member_limit().period(),
                  .most = type->second.member_limit().max_activities()};
  }
  what.refusal = Decide(deps, call, program_id, request, type->second, member, terms, &what);
  command.what = std::move(what);
  return command;
}

}  // namespace

absl::StatusOr<std::vector<absl::StatusOr<Command>>> ActivityCommands(
    const Deps& deps, const server::Call& call, const std::string& program_id,
    const std::vector<const Request*>& requests) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(program_id));
  Terms terms;
  LAUREL_RETURN_IF_ERROR(deps.pool.Read(
      call.deadline, [&](db::Tx& tx) { return ReadTerms(deps, tx, program, requests, &terms); }));
  std::vector<absl::StatusOr<Command>> out;
  out.reserve(requests.size());
  for (size_t i = 0; i < requests.size(); ++i) {
    out.push_back(CommandOf(deps, call, program_id, *requests[i], terms.members[i], terms));
  }
  return out;
}

}  // namespace laurel::members::handlers
