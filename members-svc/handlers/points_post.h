// EarnPointsRequest and SpendPointsRequest have the same fields.
#pragma once

#include "lib/base/timestamps.h"
#include "members-svc/ledger/command.h"

namespace laurel::members::handlers {

template <typename Request>
PostPoints PostOf(const Request& request, bool earn) {
  PostPoints post{.earn = earn,
                  .wallet_type = request.wallet_type(),
                  .amount = request.amount(),
                  .occur_time = std::nullopt,
                  .reason = request.reason()};
  if (request.has_occur_time()) post.occur_time = base::FromTimestamp(request.occur_time());
  return post;
}

}  // namespace laurel::members::handlers
