// Requests made and serialised before the clock starts, each with what its answer must be.
#pragma once

#include <grpcpp/support/byte_buffer.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/uuid.h"

namespace laurel::bench {

// One call on its way.
struct Request {
  enum class Kind : uint8_t { kEarn, kSpend, kBatch, kOrder, kBalances, kEntries };
  Kind kind = Kind::kEarn;
  uint32_t length = 0;
  size_t offset = 0;  // of its bytes in the requests' arena
  int posts = 1;
};

struct Mix {
  int posts_per_call = 1;  // above 1: BatchPostPoints
  // Instead of posts: RecordOrder of three lines, ListBalances, or ListEntries (the newest 20).
  enum class Calls : uint8_t { kPosts, kOrders, kBalances, kEntries };
  Calls calls = Calls::kPosts;
  // So many wallets get half of the posts; 0: all wallets alike.
  size_t hot_wallets = 0;
};

// A run's requests: distinct ids, 80 % earn 10 and 20 % spend 1, members at random.
class Requests {
 public:
  Requests(const std::string& program_id, const std::vector<std::string>& members, const Mix& mix,
           size_t calls);

  size_t size() const { return requests_.size(); }
  const Request& at(size_t index) const { return requests_[index]; }
  std::string_view BytesOf(const Request& request) const {
    return std::string_view(arena_).substr(request.offset, request.length);
  }
  static const std::string& MethodOf(Request::Kind kind);
  // How many of the call's posts were answered as they must be.
  int Right(const Request& request, grpc::ByteBuffer* answer) const;

 private:
  template <typename Message>
  void Add(Request::Kind kind, int posts, const Message& message);

  std::vector<Request> requests_;
  std::string arena_;
};

}  // namespace laurel::bench
