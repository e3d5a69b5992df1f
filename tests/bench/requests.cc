#include "tests/bench/requests.h"

#include <grpcpp/impl/codegen/proto_utils.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "laurel/members/v1/order.pb.h"
#include "laurel/members/v1/wallet.pb.h"
#include "tests/bench/campaign_mix.h"

namespace laurel::bench {
namespace {

namespace pb = members::v1;

constexpr absl::Duration kBetweenIds = absl::Microseconds(100);
constexpr int kEarned = 10;
constexpr int kSpent = 1;

template <typename Message>
bool Parse(grpc::ByteBuffer* bytes, Message* message) {
  return grpc::SerializationTraits<Message>::Deserialize(bytes, message).ok();
}

bool IsRight(const pb::Entry& entry, std::string_view request, bool earn) {
  return entry.seq() > 0 && entry.request_id().size() == 36 &&
         request.find(entry.request_id()) != std::string_view::npos &&
         entry.active_delta() == (earn ? kEarned : -kSpent);
}

}  // namespace

template <typename Message>
void Requests::Add(Request::Kind kind, int posts, const Message& message) {
  const size_t offset = arena_.size();
  message.AppendToString(&arena_);
  requests_.push_back({.kind = kind,
                       .length = static_cast<uint32_t>(arena_.size() - offset),
                       .offset = offset,
                       .posts = posts});
}

Requests::Requests(const std::string& program_id, const std::vector<std::string>& members,
                   const Mix& mix, size_t calls) {
  base::IdSource ids;
  // As callers make them, one after the other: ids of one moment would be in no order.
  absl::Time now = absl::Now();
  const auto fill = [&](auto& request) -> auto& {
    const uint64_t random = ids.Random64();
    const bool hot = mix.hot_wallets > 0 && (random & 1) == 1;
    request.set_member_id(members[(random >> 1) % (hot ? mix.hot_wallets : members.size())]);
    request.set_request_id(base::ToString(ids.Next(now += kBetweenIds)));
    return request;
  };
  requests_.reserve(calls);
  for (size_t i = 0; i < calls; ++i) {
    const std::string& member = members[ids.Random64() % members.size()];
    if (mix.calls == Mix::Calls::kBalances) {
      pb::ListBalancesRequest read;
      read.set_program_id(program_id);
      read.set_member_id(member);
      Add(Request::Kind::kBalances, 1, read);
    } else if (mix.calls == Mix::Calls::kEntries) {
      pb::ListEntriesRequest read;
      read.set_program_id(program_id);
      read.set_member_id(member);
      read.set_page_size(20);
      Add(Request::Kind::kEntries, 1, read);
    } else if (mix.calls == Mix::Calls::kOrders) {
      pb::RecordOrderRequest order;
      order.set_program_id(program_id);
      FillOrder(ids.Random64(), "store-0", &fill(order));
      Add(Request::Kind::kOrder, 1, order);
    } else if (mix.posts_per_call > 1) {
      pb::BatchPostPointsRequest batch;
      batch.set_program_id(program_id);
      for (int post = 0; post < mix.posts_per_call; ++post) {
        if ((i + static_cast<size_t>(post)) % 5 != 0) {
          fill(*batch.add_posts()->mutable_earn()).set_amount(kEarned);
        } else {
          fill(*batch.add_posts()->mutable_spend()).set_amount(kSpent);
        }
      }
      Add(Request::Kind::kBatch, mix.posts_per_call, batch);
    } else if (i % 5 != 0) {
      pb::EarnPointsRequest earn;
      earn.set_program_id(program_id);
      fill(earn).set_amount(kEarned);
      Add(Request::Kind::kEarn, 1, earn);
    } else {
      pb::SpendPointsRequest spend;
      spend.set_program_id(program_id);
      fill(spend).set_amount(kSpent);
      Add(Request::Kind::kSpend, 1, spend);
    }
  }
}

const std::string& Requests::MethodOf(Request::Kind kind) {
  static const std::string earn = "/laurel.members.v1.WalletService/EarnPoints";
  static const std::string spend = "/laurel.members.v1.WalletService/SpendPoints";
  static const std::string batch = "/laurel.members.v1.WalletService/BatchPostPoints";
  static const std::string order = "/laurel.members.v1.OrderService/RecordOrder";
  static const std::string balances = "/laurel.members.v1.WalletService/ListBalances";
  static const std::string entries = "/laurel.members.v1.WalletService/ListEntries";
  switch (kind) {
    case Request::Kind::kBalances:
      return balances;
    case Request::Kind::kEntries:
      return entries;
    case Request::Kind::kEarn:
      return earn;
    case Request::Kind::kSpend:
      return spend;
    case Request::Kind::kBatch:
      return batch;
    case Request::Kind::kOrder:
      return order;
  }
  return earn;
}

int Requests::Right(const Request& request, grpc::ByteBuffer* answer) const {
  const std::string_view bytes = BytesOf(request);
  switch (request.kind) {
    case Request::Kind::kEarn: {
      pb::EarnPointsResponse response;
      return Parse(answer, &response) && IsRight(response.entry(), bytes, true) ? 1 : 0;
    }
    case Request::Kind::kSpend: {
      pb::SpendPointsResponse response;
      return Parse(answer, &response) && IsRight(response.entry(), bytes, false) ? 1 : 0;
    }
    case Request::Kind::kBalances: {
      pb::ListBalancesResponse response;
      return Parse(answer, &response) && response.balances_size() == 1 ? 1 : 0;
    }
    case Request::Kind::kEntries: {
      pb::ListEntriesResponse response;
      return Parse(answer, &response) && response.entries_size() > 0 ? 1 : 0;
    }
    case Request::Kind::kOrder: {
      pb::RecordOrderResponse response;
      if (!Parse(answer, &response)) return 0;
      const pb::Order& order = response.order();
      return order.lines_size() == 3 && order.points_earned().contains("points") &&
                     order.points_earned().at("points") > 0
                 ? 1
                 : 0;
    }
    case Request::Kind::kBatch: {
      pb::BatchPostPointsResponse response;
      if (!Parse(answer, &response) || response.results_size() != request.posts) return 0;
      int right = 0;
      for (const pb::PointsPostResult& result : response.results()) {
        right += IsRight(result.entry(), bytes, result.entry().active_delta() > 0) ? 1 : 0;
      }
      return right;
    }
  }
  return 0;
}

}  // namespace laurel::bench
