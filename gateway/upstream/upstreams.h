// Calls to the services: one shared channel each, unary, by method name. Metadata are the caller
// and the trace and nothing of the client's headers.
#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <boost/asio/awaitable.hpp>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "lib/auth/caller.h"
#include "lib/trace/trace.h"

namespace laurel::gateway {

struct UpstreamCall {
  std::string service;      // "members"
  std::string grpc_method;  // "/laurel.members.v1.MemberService/GetMember"
  // Null: the gateway calls for itself.
  const auth::Caller* caller = nullptr;
  trace::Scope scope;
  // Sending it twice does no harm: it changes nothing or carries a request id.
  bool repeatable = false;
};

class Upstreams {
 public:
  explicit Upstreams(
      const std::map<std::string, std::shared_ptr<grpc::ChannelInterface>>& channels);

  bool Has(const std::string& service) const { return stubs_.contains(service); }

  // Resumes on the caller's executor. A repeatable call that finds the service UNAVAILABLE, without
  // a reason of the service's own, is made once more. INTERNAL, UPSTREAM_ANSWER when the answer
  // cannot be read. `call`, `request` and `response` must live until then.
  boost::asio::awaitable<absl::Status> Call(const UpstreamCall& call,
                                            const google::protobuf::Message& request,
                                            google::protobuf::Message* response);

 private:
  boost::asio::awaitable<absl::Status> CallOnce(const UpstreamCall& call,
                                                const grpc::ByteBuffer& request,
                                                google::protobuf::Message* response);

  std::map<std::string, std::unique_ptr<grpc::GenericStub>> stubs_;
};

}  // namespace laurel::gateway
