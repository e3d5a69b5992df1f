#include "members-svc/domain/enrolment.h"

#include "absl/time/civil_time.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"

namespace laurel::members {
namespace {

// Somewhere on earth it may be tomorrow already.
bool IsDayUntil(const google::type::Date& date, absl::Time now) {
  const absl::CivilDay day(date.year(), date.month(), date.day());
  return date.year() >= 1 && date.year() <= 9999 && day.year() == date.year() &&
         day.month() == date.month() && day.day() == date.day() &&
         day <= absl::ToCivilDay(now + absl::Hours(14), absl::UTCTimeZone());
}

}  // namespace

absl::Status CheckEnrolment(const v1::EnrolMemberRequest& request, absl::Time now) {
  if (request.has_join_time()) {
    const absl::Time join_time = base::FromTimestamp(request.join_time());
    const bool before_all = join_time <= absl::UnixEpoch();
    if (before_all || join_time > now + kClockTolerance) {
      return status::Error(
          absl::StatusCode::kInvalidArgument, "OCCUR_TIME_OUT_OF_RANGE",
          before_all ? "join_time does not lie after 1970-01-01." : "join_time lies in the future.",
          {{"field", "joinTime"}});
    }
  }
  if (request.profile().has_birth_date() && !IsDayUntil(request.profile().birth_date(), now)) {
    return status::InvalidRequest({{"profile.birthDate", "must be a day that has been"}});
  }
  return absl::OkStatus();
}

v1::Member MemberFrom(const v1::EnrolMemberRequest& request, const base::Uuid& id, absl::Time now) {
  v1::Member member;
  member.set_member_id(base::EncodeId("mem", id));
  member.set_external_id(request.external_id());
  *member.mutable_profile() = request.profile();
  member.set_card_number(request.card_number());
  member.set_state(v1::MEMBER_STATE_ACTIVE);
  base::SetTimestamp(request.has_join_time() ? base::FromTimestamp(request.join_time()) : now,
                     member.mutable_join_time());
  base::SetTimestamp(now, member.mutable_create_time());
  return member;
}

absl::Status IdentifierTaken(IdentifierKind kind) {
  return status::Error(absl::StatusCode::kAlreadyExists, "IDENTIFIER_TAKEN",
                       "Another member has this identifier.",
                       {{"kind", std::string(NameOf(kind))}});
}

}  // namespace laurel::members
