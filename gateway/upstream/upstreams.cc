#include "gateway/upstream/upstreams.h"

#include <grpcpp/support/byte_buffer.h>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <utility>

#include "lib/base/strings.h"
#include "lib/client/channel.h"
#include "lib/status/error.h"
#include "lib/status/mapping.h"

namespace laurel::gateway {
namespace {

namespace asio = boost::asio;

// Long enough for a channel to notice that a peer has left, short against a deadline.
constexpr std::chrono::milliseconds kPauseBeforeRepeat(50);

// What must outlive one call; owned by its completion.
struct Flight {
  std::unique_ptr<grpc::ClientContext> context;
  grpc::ByteBuffer request;
  grpc::ByteBuffer response;
};

// Starts the call; the completion runs on the handler's executor with the flight's own memory kept.
auto Start(grpc::GenericStub& stub, const std::string& method, std::shared_ptr<Flight> flight) {
  auto initiate = [&stub, method, flight](auto handler) {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    stub.UnaryCall(flight->context.get(), method, grpc::StubOptions(), &flight->request,
                   &flight->response, [flight, shared](grpc::Status status) {
                     const auto executor = asio::get_associated_executor(*shared);
                     asio::post(executor, [shared, status = std::move(status)]() mutable {
                       std::move (*shared)(std::move(status));
                     });
                   });
  };
  return asio::async_initiate<const asio::use_awaitable_t<>, void(grpc::Status)>(
      std::move(initiate), asio::use_awaitable);
}

// A service that ends cancels what it has received and not begun. The gateway itself cancels
// nothing, so that for its clients this is a service that is not there.
absl::Status AsUnavailable(const absl::Status& status) {
  const std::string reason = status::ReasonOf(status);
  if (status.code() != absl::StatusCode::kCancelled ||
      (!reason.empty() && reason != "CALLER_LEFT")) {
    return status;
  }
  return absl::UnavailableError("the service is ending");
}

absl::Status ReadAnswer(const grpc::ByteBuffer& buffer, google::protobuf::Message* response) {
  grpc::Slice slice;
  if (!buffer.DumpToSingleSlice(&slice).ok() ||
      !response->ParseFromArray(slice.begin(), static_cast<int>(slice.size()))) {
    return status::Error(absl::StatusCode::kInternal, "UPSTREAM_ANSWER",
                         "a service's answer cannot be read");
  }
  return absl::OkStatus();
}

}  // namespace

Upstreams::Upstreams(
    const std::map<std::string, std::shared_ptr<grpc::ChannelInterface>>& channels) {
  for (const auto& [service, channel] : channels) {
    stubs_[service] = std::make_unique<grpc::GenericStub>(channel);
  }
}

asio::awaitable<absl::Status> Upstreams::CallOnce(const UpstreamCall& call,
                                                  const grpc::ByteBuffer& request,
                                                  google::protobuf::Message* response) {
  auto flight = std::make_shared<Flight>();
  flight->context = client::NewContext(call.scope);
  flight->request = request;
  if (call.caller != nullptr) {
    flight->context->AddMetadata(auth::kCallerMetadata, auth::Encode(*call.caller));
  }
  grpc::GenericStub& stub = *stubs_.at(call.service);
  const grpc::Status status = co_await Start(stub, call.grpc_method, flight);
  if (!status.ok()) co_return AsUnavailable(status::FromGrpc(status));
  co_return ReadAnswer(flight->response, response);
}

asio::awaitable<absl::Status> Upstreams::Call(const UpstreamCall& call,
                                              const google::protobuf::Message& request,
                                              google::protobuf::Message* response) {
  const grpc::Slice slice(request.SerializeAsString());
  const grpc::ByteBuffer buffer(&slice, 1);
  absl::Status status = co_await CallOnce(call, buffer, response);
  // An UNAVAILABLE with a reason comes from a handler, which knows why and for how long.
  if (status.code() == absl::StatusCode::kUnavailable && call.repeatable &&
      status::ReasonOf(status).empty()) {
    asio::steady_timer pause(co_await asio::this_coro::executor);
    pause.expires_after(kPauseBeforeRepeat);
    co_await pause.async_wait(asio::use_awaitable);
    status = co_await CallOnce(call, buffer, response);
  }
  co_return status;
}

}  // namespace laurel::gateway
