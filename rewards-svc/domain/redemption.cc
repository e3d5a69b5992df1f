#include "rewards-svc/domain/redemption.h"

#include "absl/strings/str_cat.h"
#include "lib/base/bucket.h"
#include "lib/base/check.h"
#include "lib/base/strings.h"
#include "lib/status/error.h"

namespace laurel::rewards {
namespace {

constexpr uint64_t kVariant = 0x8000000000000000ULL;  // the two top bits of a UUID's second half
constexpr uint64_t kRandom = 0x3FFFFFFFFFFFFFFFULL;

}  // namespace

std::string_view NameOf(State state) {
  switch (state) {
    case State::kPending:
      return "PENDING";
    case State::kIssued:
      return "ISSUED";
    case State::kUsed:
      return "USED";
    case State::kRefused:
      return "REFUSED";
    case State::kCancelling:
      return "CANCELLING";
    case State::kCancelled:
      return "CANCELLED";
  }
  LAUREL_CHECK(false);
}

base::Uuid InSliceOf(base::Uuid candidate, const base::Uuid& owner) {
  const int slice = base::SliceOf(owner);
  while (base::SliceOf(candidate) != slice) {
    candidate.low = kVariant | ((candidate.low + 1) & kRandom);
  }
  return candidate;
}

absl::Status CheckIssued(const Redemption& redemption) {
  if (redemption.state == State::kIssued) return absl::OkStatus();
  const std::string state(NameOf(redemption.state));
  return status::Refused(
      "REDEMPTION_STATE",
      absl::StrCat("The redemption is ", state, "; only an ISSUED one can be used or cancelled."),
      {{"state", state}});
}

bool ShowsCode(const Redemption& redemption) {
  return redemption.state == State::kIssued || redemption.state == State::kUsed;
}

Redemption AsIssued(Redemption redemption) {
  redemption.state = State::kIssued;
  redemption.update_time = redemption.issue_time.value_or(redemption.update_time);
  redemption.reason.clear();
  return redemption;
}

}  // namespace laurel::rewards
