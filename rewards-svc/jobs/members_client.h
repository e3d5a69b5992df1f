// What rewards-svc asks of members-svc: move a redemption's points, once, and what a member has.
// Spend and Refund may be sent again with the same request id until their answer is known.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lib/base/uuid.h"
#include "lib/trace/trace.h"
#include "rewards-svc/domain/affordable.h"
#include "rewards-svc/domain/redemption.h"

namespace laurel::rewards {

class MembersClient {
 public:
  explicit MembersClient(const std::shared_ptr<grpc::Channel>& channel);
  ~MembersClient();

  // Spends the redemption's points; the entry of the spend. Takes at most kCallTimeout and what is
  // left of the scope's deadline.
  absl::StatusOr<base::Uuid> Spend(const trace::Scope& scope, const Redemption& redemption) const;
  // Gives the points of spend_entry_id back to their lots.
  absl::Status Refund(const trace::Scope& scope, const Redemption& redemption) const;
  // What a member may use now, what that is called, and the programme's languages. NOT_FOUND,
  // MEMBER_NOT_FOUND. Takes at most kCallTimeout for each of three calls.
  absl::StatusOr<MemberPoints> PointsOf(const trace::Scope& scope, const std::string& program_id,
                                        const std::string& member_id) const;

 private:
  struct Stub;
  std::unique_ptr<Stub> stub_;
};

}  // namespace laurel::rewards
