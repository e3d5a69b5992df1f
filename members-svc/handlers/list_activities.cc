#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/base/bucket.h"
#include "lib/page/page.h"
#include "lib/status/error.h"
#include "members-svc/handlers/activity_handlers.h"
#include "members-svc/handlers/common.h"
#include "members-svc/store/sealed_attributes.h"
#include "members-svc/store/wallet_reads.h"

namespace laurel::members::handlers {
namespace {

// The member itself, and people who help members.
bool MaySeeSensitive(const auth::Caller& caller) {
  return caller.IsMember() || caller.HasRole(laurel::api::v1::ROLE_AGENT) ||
         caller.HasRole(laurel::api::v1::ROLE_OPERATOR);
}

struct Reader {
  const Deps& deps;
  bool sensitive;                // whether the caller may see what is sealed
  std::optional<MemberKey> key;  // read when something is sealed

  // From the columns of list_activities.
  absl::StatusOr<v1::Activity> Read(db::Tx& tx, const base::Uuid& program, const base::Uuid& member,
                                    const db::Row& row) {
    v1::Activity activity;
    if (!activity.ParseFromString(row.Bytes(2))) {
      return absl::InternalError("a stored activity does not parse");
    }
    if (row.IsNull(3) || !sensitive) return activity;
    if (!key) {
      LAUREL_ASSIGN_OR_RETURN(auto keys, FindMemberKeys(tx, program, {member}));
      const auto found = keys.find(member);
      if (found == keys.end()) return absl::InternalError("a member has no key");
      key = std::move(found->second);
    }
    LAUREL_RETURN_IF_ERROR(OpenAttributes(deps.keys, *key, row.Uuid(1), row.Bytes(3), &activity));
    return activity;
  }
};

}  // namespace

absl::Status ListActivities(const Deps& deps, const server::Call& call,
                            const v1::ListActivitiesRequest& request,
                            v1::ListActivitiesResponse* response) {
  LAUREL_ASSIGN_OR_RETURN(const base::Uuid program, ProgramIdOf(request.program_id()));
  const base::Uuid member = base::DecodeId("mem", request.member_id()).value_or(base::Uuid{});
  const std::string filter =
      absl::StrCat("ListActivities/", request.member_id(), "/", request.activity_type());
  LAUREL_ASSIGN_OR_RETURN(const std::string position, page::Position(request.page_token(), filter));
  base::Uuid before{~0ULL, ~0ULL};
  if (!position.empty()) before = base::ParseUuid(position).value_or(before);
  const size_t size = static_cast<size_t>(page::Size(request.page_size()));
  std::optional<std::string> trigger;
  if (!request.activity_type().empty()) trigger = "activity/" + request.activity_type();
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    response->Clear();
    LAUREL_RETURN_IF_ERROR(CheckMember(tx, program, member));
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                            tx.Query("list_activities", base::BucketOf(member), member, before,
                                     trigger, static_cast<int64_t>(size + 1)));
    Reader reader{deps, MaySeeSensitive(call.caller), std::nullopt};
    for (size_t i = 0; i < rows.size() && i < size; ++i) {
      LAUREL_ASSIGN_OR_RETURN(*response->add_activities(),
                              reader.Read(tx, program, member, rows[i]));
    }
    if (rows.size() > size) {
      response->set_next_page_token(page::Token(base::ToString(rows[size - 1].Uuid(0)), filter));
    }
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
