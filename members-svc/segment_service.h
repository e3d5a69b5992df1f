// The gRPC service SegmentService: transport only, one line per rpc.
#pragma once

#include "laurel/members/v1/segment.grpc.pb.h"
#include "lib/server/rpc.h"
#include "members-svc/deps.h"

namespace laurel::members {

class SegmentService final : public v1::SegmentService::CallbackService {
 public:
  SegmentService(server::Runtime& runtime, const Deps& deps)
      : rpc_(runtime, v1::SegmentService::service_full_name()), deps_(deps) {}

  grpc::ServerUnaryReactor* CreateSegment(grpc::CallbackServerContext* context,
                                          const v1::CreateSegmentRequest* request,
                                          v1::CreateSegmentResponse* response) override;
  grpc::ServerUnaryReactor* UpdateSegment(grpc::CallbackServerContext* context,
                                          const v1::UpdateSegmentRequest* request,
                                          v1::UpdateSegmentResponse* response) override;
  grpc::ServerUnaryReactor* GetSegment(grpc::CallbackServerContext* context,
                                       const v1::GetSegmentRequest* request,
                                       v1::GetSegmentResponse* response) override;
  grpc::ServerUnaryReactor* ListSegments(grpc::CallbackServerContext* context,
                                         const v1::ListSegmentsRequest* request,
                                         v1::ListSegmentsResponse* response) override;
  grpc::ServerUnaryReactor* AddSegmentMembers(grpc::CallbackServerContext* context,
                                              const v1::AddSegmentMembersRequest* request,
                                              v1::AddSegmentMembersResponse* response) override;
  grpc::ServerUnaryReactor* RemoveSegmentMembers(
      grpc::CallbackServerContext* context, const v1::RemoveSegmentMembersRequest* request,
      v1::RemoveSegmentMembersResponse* response) override;
  grpc::ServerUnaryReactor* PreviewSegment(grpc::CallbackServerContext* context,
                                           const v1::PreviewSegmentRequest* request,
                                           v1::PreviewSegmentResponse* response) override;
  grpc::ServerUnaryReactor* ListSegmentMembers(grpc::CallbackServerContext* context,
                                               const v1::ListSegmentMembersRequest* request,
                                               v1::ListSegmentMembersResponse* response) override;
  grpc::ServerUnaryReactor* CountMembersBySegment(
      grpc::CallbackServerContext* context, const v1::CountMembersBySegmentRequest* request,
      v1::CountMembersBySegmentResponse* response) override;
  grpc::ServerUnaryReactor* GetMemberSegments(grpc::CallbackServerContext* context,
                                              const v1::GetMemberSegmentsRequest* request,
                                              v1::GetMemberSegmentsResponse* response) override;
  grpc::ServerUnaryReactor* GetSegmentSettings(grpc::CallbackServerContext* context,
                                               const v1::GetSegmentSettingsRequest* request,
                                               v1::GetSegmentSettingsResponse* response) override;
  grpc::ServerUnaryReactor* UpdateSegmentSettings(
      grpc::CallbackServerContext* context, const v1::UpdateSegmentSettingsRequest* request,
      v1::UpdateSegmentSettingsResponse* response) override;

 private:
  server::Rpc rpc_;
  const Deps& deps_;
};

}  // namespace laurel::members
