#include "members-svc/segment_service.h"

#include "members-svc/handlers/segment_handlers.h"

namespace laurel::members {

grpc::ServerUnaryReactor* SegmentService::CreateSegment(grpc::CallbackServerContext* context,
                                                        const v1::CreateSegmentRequest* request,
                                                        v1::CreateSegmentResponse* response) {
  return rpc_.Run("CreateSegment", context, request, response, handlers::CreateSegment, deps_);
}
grpc::ServerUnaryReactor* SegmentService::UpdateSegment(grpc::CallbackServerContext* context,
                                                        const v1::UpdateSegmentRequest* request,
                                                        v1::UpdateSegmentResponse* response) {
  return rpc_.Run("UpdateSegment", context, request, response, handlers::UpdateSegment, deps_);
}
grpc::ServerUnaryReactor* SegmentService::GetSegment(grpc::CallbackServerContext* context,
                                                     const v1::GetSegmentRequest* request,
                                                     v1::GetSegmentResponse* response) {
  return rpc_.Run("GetSegment", context, request, response, handlers::GetSegment, deps_);
}
grpc::ServerUnaryReactor* SegmentService::ListSegments(grpc::CallbackServerContext* context,
                                                       const v1::ListSegmentsRequest* request,
                                                       v1::ListSegmentsResponse* response) {
  return rpc_.Run("ListSegments", context, request, response, handlers::ListSegments, deps_);
}
grpc::ServerUnaryReactor* SegmentService::AddSegmentMembers(
    grpc::CallbackServerContext* context, const v1::AddSegmentMembersRequest* request,
    v1::AddSegmentMembersResponse* response) {
  return rpc_.Run("AddSegmentMembers", context, request, response, handlers::AddSegmentMembers,
                  deps_);
}
grpc::ServerUnaryReactor* SegmentService::RemoveSegmentMembers(
    grpc::CallbackServerContext* context, const v1::RemoveSegmentMembersRequest* request,
    v1::RemoveSegmentMembersResponse* response) {
  return rpc_.Run("RemoveSegmentMembers", context, request, response,
                  handlers::RemoveSegmentMembers, deps_);
}
grpc::ServerUnaryReactor* SegmentService::PreviewSegment(grpc::CallbackServerContext* context,
                                                         const v1::PreviewSegmentRequest* request,
                                                         v1::PreviewSegmentResponse* response) {
  return rpc_.Run("PreviewSegment", context, request, response, handlers::PreviewSegment, deps_);
}
grpc::ServerUnaryReactor* SegmentService::ListSegmentMembers(
    grpc::CallbackServerContext* context, const v1::ListSegmentMembersRequest* request,
    v1::ListSegmentMembersResponse* response) {
  return rpc_.Run("ListSegmentMembers", context, request, response, handlers::ListSegmentMembers,
                  deps_);
}
grpc::ServerUnaryReactor* SegmentService::CountMembersBySegment(
    grpc::CallbackServerContext* context, const v1::CountMembersBySegmentRequest* request,
    v1::CountMembersBySegmentResponse* response) {
  return rpc_.Run("CountMembersBySegment", context, request, response,
                  handlers::CountMembersBySegment, deps_);
}
grpc::ServerUnaryReactor* SegmentService::GetMemberSegments(
    grpc::CallbackServerContext* context, const v1::GetMemberSegmentsRequest* request,
    v1::GetMemberSegmentsResponse* response) {
  return rpc_.Run("GetMemberSegments", context, request, response, handlers::GetMemberSegments,
                  deps_);
}
grpc::ServerUnaryReactor* SegmentService::GetSegmentSettings(
    grpc::CallbackServerContext* context, const v1::GetSegmentSettingsRequest* request,
    v1::GetSegmentSettingsResponse* response) {
  return rpc_.Run("GetSegmentSettings", context, request, response, handlers::GetSegmentSettings,
                  deps_);
}
grpc::ServerUnaryReactor* SegmentService::UpdateSegmentSettings(
    grpc::CallbackServerContext* context, const v1::UpdateSegmentSettingsRequest* request,
    v1::UpdateSegmentSettingsResponse* response) {
  return rpc_.Run("UpdateSegmentSettings", context, request, response,
                  handlers::UpdateSegmentSettings, deps_);
}

}  // namespace laurel::members
