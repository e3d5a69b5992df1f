#include "members-svc/jobs/member_news.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "lib/outbox/outbox.h"
#include "lib/status/error.h"

namespace laurel::members {
namespace {

// Events in one row of the outbox; a consumer takes 2,000 at once.
constexpr size_t kMost = 1000;

}  // namespace

MemberNews::MemberNews(base::IdSource& ids, const base::Uuid& program_id, absl::Time now)
    : ids_(ids), program_id_(base::EncodeId("prg", program_id)), now_(now), position_(now) {}

events::v1::Event& MemberNews::Add(const base::Uuid& member_id, int64_t behind_us) {
  position_ = std::max(position_, absl::FromUnixMicros(behind_us + 1));
  const std::string member = base::EncodeId("mem", member_id);
  return events_.emplace_back(outbox::MakeEvent({.id = ids_.Next(now_),
                                                 .source = "members",
                                                 .subject = member,
                                                 .program_id = program_id_,
                                                 .member_id = member,
                                                 .time = now_,
                                                 .traceparent = ""}));
}

int64_t MemberNews::position_us() const {
  const size_t later_rows = events_.empty() ? 0 : (events_.size() - 1) / kMost;
  return absl::ToUnixMicros(position_) + static_cast<int64_t>(later_rows);
}

absl::Status MemberNews::Write(db::Tx& tx) {
  absl::Time position = position_;
  for (size_t from = 0; from < events_.size(); from += kMost) {
    const size_t to = std::min(events_.size(), from + kMost);
    std::vector<events::v1::Event> some(
        std::make_move_iterator(events_.begin() + static_cast<std::ptrdiff_t>(from)),
        std::make_move_iterator(events_.begin() + static_cast<std::ptrdiff_t>(to)));
    LAUREL_RETURN_IF_ERROR(
        outbox::Write(tx, outbox::Pack(std::move(some), position, ids_.Next(now_))));
    position += absl::Microseconds(1);
  }
  return absl::OkStatus();
}

}  // namespace laurel::members
