#include "cli/import/sender.h"

#include <google/protobuf/arena.h>

#include <algorithm>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "cli/import/limits.h"
#include "cli/import/order_request.h"
#include "cli/import/retry.h"
#include "laurel/members/v1/member.grpc.pb.h"
#include "laurel/members/v1/order.grpc.pb.h"
#include "lib/base/timestamps.h"
#include "lib/status/error.h"

namespace laurel::import {
namespace {

namespace pb = members::v1;

constexpr absl::Duration kTimeout = absl::Seconds(30);
constexpr size_t kMembersPerCall = 250;

// Runs `stream` for 0 to count - 1, each in a thread of its own. The first error stops the others.
absl::Status RunStreams(int count,
                        const std::function<absl::Status(int, std::atomic<bool>&)>& stream) {
  std::mutex mutex;
  absl::Status first;
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      const absl::Status status = stream(i, stop);
      if (status.ok()) return;
      stop = true;
      const std::scoped_lock lock(mutex);
      first.Update(status);
    });
  }
  for (std::thread& thread : threads) thread.join();
  return first;
}

absl::Status WrongAnswer() {
  return absl::InternalError("members-svc answered with another number of results than asked");
}

class EnrolStream {
 public:
  EnrolStream(const std::shared_ptr<grpc::Channel>& channel, const SendOptions& options,
              const std::atomic<bool>& stop, Counts* counts)
      : stub_(pb::MemberService::NewStub(channel)),
        options_(options),
        patience_(options.patience, &stop),
        counts_(counts) {}

  // `joined` is when each of the households first bought something.
  absl::Status Send(absl::Span<const std::string_view> households,
                    absl::Span<const absl::Time> joined) {
    pb::BatchEnrolMembersRequest request;
    request.set_program_id(options_.program_id);
    for (size_t i = 0; i < households.size(); ++i) {
      pb::EnrolMemberRequest* one = request.add_requests();
      one->set_request_id(RequestId(options_.run_id, "member", households[i]));
      one->set_external_id(std::string(households[i]));
      base::SetTimestamp(joined[i], one->mutable_join_time());
    }
    while (request.requests_size() > 0) {
      pb::BatchEnrolMembersResponse response;
      LAUREL_RETURN_IF_ERROR(Ask(patience_, kTimeout, [&](grpc::ClientContext* context) {
        return stub_->BatchEnrolMembers(context, request, &response);
      }));
      LAUREL_RETURN_IF_ERROR(Take(response, &request));
    }
    return absl::OkStatus();
  }

 private:
  // Counts the answers, and leaves in the request what is to be asked again.
  absl::Status Take(const pb::BatchEnrolMembersResponse& response,
                    pb::BatchEnrolMembersRequest* request) {
    if (response.results_size() != request->requests_size()) return WrongAnswer();
    pb::BatchEnrolMembersRequest again;
    absl::Status last;
    for (int i = 0; i < response.results_size(); ++i) {
      if (response.results(i).has_member()) {
        ++counts_->members_new;
        continue;
      }
      last = status::FromProto(response.results(i).error());
      if (status::ReasonOf(last) == "IDENTIFIER_TAKEN") {
        ++counts_->members_there;
      } else if (IsTransient(last)) {
        *again.add_requests() = request->requests(i);
      } else {
        return status::Error(last.code(), "MEMBER_REFUSED",
                             absl::StrCat("household ", request->requests(i).external_id(),
                                          " was refused: ", last.ToString()));
      }
    }
    if (again.requests_size() == request->requests_size() && !patience_.Wait()) return last;
    request->mutable_requests()->Swap(again.mutable_requests());
    return absl::OkStatus();
  }

  const std::unique_ptr<pb::MemberService::Stub> stub_;
  const SendOptions& options_;
  Patience patience_;
  Counts* const counts_;
};

class OrderStream {
 public:
  using Batch = std::vector<const Basket*>;

  OrderStream(const std::shared_ptr<grpc::Channel>& channel, const SendOptions& options,
              const Purchases& purchases, const std::atomic<bool>& stop, Counts* counts,
              Rejects* rejects)
      : stub_(pb::OrderService::NewStub(channel)),
        options_(options),
        purchases_(purchases),
        patience_(options.patience, &stop),
        counts_(counts),
        rejects_(rejects) {}

  // Until each basket of the batch is recorded, there already, or refused.
  absl::Status Send(Batch batch) {
    while (!batch.empty()) {
      google::protobuf::Arena arena;
      auto* request = google::protobuf::Arena::CreateMessage<pb::BatchRecordOrdersRequest>(&arena);
      auto* response =
          google::protobuf::Arena::CreateMessage<pb::BatchRecordOrdersResponse>(&arena);
      request->set_program_id(options_.program_id);
      for (const Basket* basket : batch) {
        FillOrderRequest(purchases_, *basket, options_.run_id, request->add_requests());
      }
      const absl::Status status = Ask(patience_, kTimeout, [&](grpc::ClientContext* context) {
        return stub_->BatchRecordOrders(context, *request, response);
      });
      // One request that breaks a rule has all of its call refused: halves find it.
      if (status.code() == absl::StatusCode::kInvalidArgument) return SendHalves(batch, status);
      LAUREL_RETURN_IF_ERROR(status);
      LAUREL_RETURN_IF_ERROR(Take(*response, &batch));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status SendHalves(const Batch& batch, const absl::Status& why) {
    if (batch.size() == 1) {
      Refuse(*batch.front(), why);
      return absl::OkStatus();
    }
    const auto middle = batch.begin() + static_cast<std::ptrdiff_t>(batch.size() / 2);
    LAUREL_RETURN_IF_ERROR(Send(Batch(batch.begin(), middle)));
    return Send(Batch(middle, batch.end()));
  }

  // Counts the answers, and leaves in the batch what is to be asked again.
  absl::Status Take(const pb::BatchRecordOrdersResponse& response, Batch* batch) {
    if (static_cast<size_t>(response.results_size()) != batch->size()) return WrongAnswer();
    Batch again;
    absl::Status last;
    for (size_t i = 0; i < batch->size(); ++i) {
      const pb::RecordOrderResult& result = response.results(static_cast<int>(i));
      if (result.has_order()) {
        const auto points = result.order().points_earned().find("points");
        if (points != result.order().points_earned().end()) counts_->points += points->second;
        ++counts_->orders_new;
        continue;
      }
      const absl::Status error = status::FromProto(result.error());
      if (status::ReasonOf(error) == "ORDER_EXISTS") {
        ++counts_->orders_there;
      } else if (IsTransient(error)) {
        again.push_back((*batch)[i]);
        last = error;
      } else {
        Refuse(*(*batch)[i], error);
      }
    }
    if (again.size() == batch->size() && !patience_.Wait()) return last;
    *batch = std::move(again);
    return absl::OkStatus();
  }

  void Refuse(const Basket& basket, const absl::Status& why) {
    const std::string reason =
        absl::StrCat("refused by members-svc: ", status::ReasonOf(why), ": ", why.message());
    for (const Line& line : basket.lines) {
      rejects_->Add({"purchases.csv", line.row, reason, std::string(line.raw)});
    }
    ++counts_->orders_refused;
    counts_->rows_refused += static_cast<int64_t>(basket.lines.size());
  }

  const std::unique_ptr<pb::OrderService::Stub> stub_;
  const SendOptions& options_;
  const Purchases& purchases_;
  Patience patience_;
  Counts* const counts_;
  Rejects* const rejects_;
};

}  // namespace

absl::Status EnrolHouseholds(const std::shared_ptr<grpc::Channel>& channel,
                             const SendOptions& options, const Purchases& purchases,
                             Counts* counts) {
  const size_t count = purchases.households.size();
  // Baskets lie in the order of time: the first of a household is its earliest.
  std::vector<absl::Time> joined(count, absl::InfiniteFuture());
  for (const Basket& basket : purchases.baskets) {
    joined[basket.household] = std::min(joined[basket.household], basket.time);
  }
  std::atomic<size_t> next{0};
  return RunStreams(options.in_flight, [&](int, std::atomic<bool>& stop) -> absl::Status {
    EnrolStream stream(channel, options, stop, counts);
    while (!stop) {
      const size_t from = next.fetch_add(kMembersPerCall);
      if (from >= count) break;
      const size_t size = std::min(kMembersPerCall, count - from);
      LAUREL_RETURN_IF_ERROR(
          stream.Send(absl::MakeConstSpan(purchases.households).subspan(from, size),
                      absl::MakeConstSpan(joined).subspan(from, size)));
    }
    return absl::OkStatus();
  });
}

absl::Status RecordBaskets(const std::shared_ptr<grpc::Channel>& channel,
                           const SendOptions& options, const Purchases& purchases, Counts* counts,
                           Rejects* rejects) {
  const auto batch_size = static_cast<size_t>(std::clamp(options.batch, 1, kMaxBatch));
  const auto streams = static_cast<size_t>(options.in_flight);
  return RunStreams(options.in_flight, [&](int number, std::atomic<bool>& stop) -> absl::Status {
    OrderStream stream(channel, options, purchases, stop, counts, rejects);
    OrderStream::Batch batch;
    size_t lines = 0;
    for (const Basket& basket : purchases.baskets) {
      if (stop) return absl::OkStatus();
      if (basket.household % streams != static_cast<size_t>(number)) continue;
      if (batch.size() == batch_size || lines + basket.lines.size() > kMaxBatchLines) {
        LAUREL_RETURN_IF_ERROR(stream.Send(std::exchange(batch, {})));
        lines = 0;
      }
      batch.push_back(&basket);
      lines += basket.lines.size();
    }
    return batch.empty() ? absl::OkStatus() : stream.Send(std::move(batch));
  });
}

}  // namespace laurel::import
