// The handlers of SegmentService, one per rpc, each in the file of its name.
#pragma once

#include "absl/status/status.h"
#include "laurel/members/v1/segment.pb.h"
#include "lib/server/call.h"
#include "members-svc/deps.h"

namespace laurel::members::handlers {

absl::Status CreateSegment(const Deps& deps, const server::Call& call,
                           const v1::CreateSegmentRequest& request,
                           v1::CreateSegmentResponse* response);
absl::Status UpdateSegment(const Deps& deps, const server::Call& call,
                           const v1::UpdateSegmentRequest& request,
                           v1::UpdateSegmentResponse* response);
absl::Status GetSegment(const Deps& deps, const server::Call& call,
                        const v1::GetSegmentRequest& request, v1::GetSegmentResponse* response);
absl::Status ListSegments(const Deps& deps, const server::Call& call,
                          const v1::ListSegmentsRequest& request,
                          v1::ListSegmentsResponse* response);
absl::Status AddSegmentMembers(const Deps& deps, const server::Call& call,
                               const v1::AddSegmentMembersRequest& request,
                               v1::AddSegmentMembersResponse* response);
absl::Status RemoveSegmentMembers(const Deps& deps, const server::Call& call,
                                  const v1::RemoveSegmentMembersRequest& request,
                                  v1::RemoveSegmentMembersResponse* response);
absl::Status PreviewSegment(const Deps& deps, const server::Call& call,
                            const v1::PreviewSegmentRequest& request,
                            v1::PreviewSegmentResponse* response);
absl::Status ListSegmentMembers(const Deps& deps, const server::Call& call,
                                const v1::ListSegmentMembersRequest& request,
                                v1::ListSegmentMembersResponse* response);
absl::Status CountMembersBySegment(const Deps& deps, const server::Call& call,
                                   const v1::CountMembersBySegmentRequest& request,
                                   v1::CountMembersBySegmentResponse* response);
absl::Status GetMemberSegments(const Deps& deps, const server::Call& call,
                               const v1::GetMemberSegmentsRequest& request,
                               v1::GetMemberSegmentsResponse* response);
absl::Status GetSegmentSettings(const Deps& deps, const server::Call& call,
                                const v1::GetSegmentSettingsRequest& request,
                                v1::GetSegmentSettingsResponse* response);
absl::Status UpdateSegmentSettings(const Deps& deps, const server::Call& call,
                                   const v1::UpdateSegmentSettingsRequest& request,
                                   v1::UpdateSegmentSettingsResponse* response);

}  // namespace laurel::members::handlers
