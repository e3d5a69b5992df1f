#include "tests/bench/post_load.h"

#include <grpcpp/client_context.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "laurel/members/v1/member.grpc.pb.h"
#include "laurel/members/v1/program.grpc.pb.h"
#include "laurel/members/v1/wallet.grpc.pb.h"
#include "lib/base/clock.h"
#include "lib/base/uuid.h"
#include "lib/status/error.h"
#include "lib/status/mapping.h"
#include "tests/bench/process_cpu.h"

namespace laurel::bench {
namespace {

namespace pb = members::v1;

int64_t OwnCpuMicros() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  return (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000000 + use.ru_utime.tv_usec +
         use.ru_stime.tv_usec;
}

void Deadline(grpc::ClientContext& context) {
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(30)));
}

// Keeps a number of calls in flight until its time is up.
class Load {
 public:
  Load(const std::shared_ptr<grpc::Channel>& channel, std::string program_id,
       const std::vector<std::string>& members, int posts_per_call)
      : stub_(pb::WalletService::NewStub(channel)),
        program_id_(std::move(program_id)),
        members_(members),
        posts_per_call_(posts_per_call) {}

  LoadResult Run(const LoadOptions& options) {
    const int64_t start = base::MonotonicMicros();
    end_us_ = start + options.seconds * 1000000LL;
    if (options.per_second > 0) {
      OpenLoop(options, start);
    } else {
      {
        const std::scoped_lock lock(mutex_);
        running_ = options.in_flight;
      }
      for (int i = 0; i < options.in_flight; ++i) Next(base::MonotonicMicros());
    }
    std::unique_lock lock(mutex_);
    idle_.wait(lock, [this] { return running_ == 0; });
    const double took = static_cast<double>(base::MonotonicMicros() - start) / 1e6;
    std::sort(latencies_us_.begin(), latencies_us_.end());
    const auto at = [this](double share) {
      if (latencies_us_.empty()) return 0.0;
      const auto index = static_cast<size_t>(share * static_cast<double>(latencies_us_.size() - 1));
      return static_cast<double>(latencies_us_[index]) / 1000;
    };
    return {.posts_per_second = static_cast<double>(posts_) / took,
            .p50_ms = at(0.5),
            .p99_ms = at(0.99),
            .wrong = wrong_};
  }
  int64_t posts() const { return posts_; }

 private:
  struct Call {
    grpc::ClientContext context;
    pb::EarnPointsRequest earn;
    pb::EarnPointsResponse earned;
    pb::SpendPointsRequest spend;
    pb::SpendPointsResponse spent;
    pb::BatchPostPointsRequest batch;
    pb::BatchPostPointsResponse results;
    int64_t start_us = 0;
  };

  template <typename Request>
  void Fill(Request& request, int64_t amount, bool in_batch) {
    if (!in_batch) request.set_program_id(program_id_);
    const uint64_t number = next_.fetch_add(1);
    request.set_member_id(members_[number * 2654435761ULL % members_.size()]);
    request.set_request_id(base::ToString(ids_.Next(absl::Now())));
    request.set_amount(amount);
  }

  void OpenLoop(const LoadOptions& options, int64_t start_us) {
    open_loop_ = true;
    const int64_t calls = int64_t{options.per_second} * options.seconds;
    for (int64_t i = 0; i < calls; ++i) {
      const int64_t due_us = start_us + i * 1000000 / options.per_second;
      {
        std::unique_lock lock(mutex_);
        const int64_t wait_us = due_us - base::MonotonicMicros();
        if (wait_us > 0)
          idle_.wait_for(lock, std::chrono::microseconds(wait_us), [] { return false; });
        idle_.wait(lock, [&] { return running_ < options.in_flight; });
        ++running_;
      }
      Next(due_us);
    }
  }

  void Next(int64_t start_us) {
    auto* call = new Call;
    Deadline(call->context);
    call->start_us = start_us;
    const bool earn = next_.load() % 5 != 0;
    if (posts_per_call_ > 1) {
      call->batch.set_program_id(program_id_);
      for (int i = 0; i < posts_per_call_; ++i) {
        if (i % 5 != 0) {
          Fill(*call->batch.add_posts()->mutable_earn(), 10, true);
        } else {
          Fill(*call->batch.add_posts()->mutable_spend(), 1, true);
        }
      }
      stub_->async()->BatchPostPoints(&call->context, &call->batch, &call->results,
                                      [this, call](const grpc::Status& s) { Done(call, s); });
    } else if (earn) {
      Fill(call->earn, 10, false);
      stub_->async()->EarnPoints(&call->context, &call->earn, &call->earned,
                                 [this, call](const grpc::Status& s) { Done(call, s); });
    } else {
      Fill(call->spend, 1, false);
      stub_->async()->SpendPoints(&call->context, &call->spend, &call->spent,
                                  [this, call](const grpc::Status& s) { Done(call, s); });
    }
  }

  // How many of a call's posts were answered as they must be.
  int Right(const Call& call) const {
    if (posts_per_call_ > 1) {
      return static_cast<int>(
          std::count_if(call.results.results().begin(), call.results.results().end(),
                        [](const auto& result) { return result.entry().seq() > 0; }));
    }
    if (!call.earn.request_id().empty()) {
      return call.earned.entry().request_id() == call.earn.request_id() &&
             call.earned.entry().active_delta() == 10;
    }
    return call.spent.entry().request_id() == call.spend.request_id() &&
           call.spent.entry().active_delta() == -1;
  }

  void Done(Call* call, const grpc::Status& status) {
    const int64_t now = base::MonotonicMicros();
    const int right = status.ok() ? Right(*call) : 0;
    bool more = true;
    {
      const std::scoped_lock lock(mutex_);
      latencies_us_.push_back(now - call->start_us);
      posts_ += right;
      wrong_ += posts_per_call_ - right;
      more = !open_loop_ && now < end_us_ && wrong_ < 1000;
      if (!more) {
        --running_;
        idle_.notify_one();
      }
    }
    delete call;
    if (more) Next(base::MonotonicMicros());
  }

  std::unique_ptr<pb::WalletService::Stub> stub_;
  const std::string program_id_;
  const std::vector<std::string>& members_;
  const int posts_per_call_;
  base::IdSource ids_;
  std::atomic<uint64_t> next_{0};
  int64_t end_us_ = 0;
  bool open_loop_ = false;
  std::mutex mutex_;
  std::condition_variable idle_;
  int running_ = 0;
  std::vector<int64_t> latencies_us_;
  int64_t posts_ = 0;
  int64_t wrong_ = 0;
};

absl::Status MakeProgram(const std::shared_ptr<grpc::Channel>& channel,
                         const std::string& program_id) {
  pb::CreateProgramRequest request;
  auto* program = request.mutable_program();
  program->set_program_id(program_id);
  program->set_display_name("Benchmark");
  program->set_currency_code("USD");
  program->set_time_zone("UTC");
  pb::CreateProgramResponse response;
  grpc::ClientContext context;
  Deadline(context);
  return status::FromGrpc(
      pb::ProgramService::NewStub(channel)->CreateProgram(&context, request, &response));
}

}  // namespace

absl::StatusOr<std::vector<std::string>> PrepareMembers(
    const std::shared_ptr<grpc::Channel>& channel, const std::string& program_id, int members) {
  LAUREL_RETURN_IF_ERROR(MakeProgram(channel, program_id));
  auto stub = pb::MemberService::NewStub(channel);
  auto wallets = pb::WalletService::NewStub(channel);
  std::vector<std::string> ids;
  for (int first = 0; first < members; first += 250) {
    pb::BatchEnrolMembersRequest request;
    request.set_program_id(program_id);
    for (int i = first; i < std::min(members, first + 250); ++i) {
      auto* item = request.add_requests();
      item->set_external_id("bench-" + std::to_string(i));
      item->set_request_id("bench-enrol-" + std::to_string(i));
    }
    pb::BatchEnrolMembersResponse response;
    grpc::ClientContext context;
    Deadline(context);
    LAUREL_RETURN_IF_ERROR(status::FromGrpc(stub->BatchEnrolMembers(&context, request, &response)));
    pb::BatchPostPointsRequest posts;
    posts.set_program_id(program_id);
    for (const auto& result : response.results()) {
      if (!result.has_member()) return status::FromProto(result.error());
      ids.push_back(result.member().member_id());
      auto* earn = posts.add_posts()->mutable_earn();
      earn->set_member_id(ids.back());
      earn->set_request_id("bench-start-" + ids.back());
      earn->set_amount(1000000);
    }
    pb::BatchPostPointsResponse posted;
    grpc::ClientContext post_context;
    Deadline(post_context);
    LAUREL_RETURN_IF_ERROR(
        status::FromGrpc(wallets->BatchPostPoints(&post_context, posts, &posted)));
  }
  return ids;
}

LoadResult RunPosts(const std::shared_ptr<grpc::Channel>& channel, const std::string& program_id,
                    const std::vector<std::string>& members, const LoadOptions& options) {
  const int64_t members_cpu = CpuMicrosOf(options.service);
  const int64_t postgres_cpu = CpuMicrosOf("postgres");
  const int64_t own_cpu = OwnCpuMicros();
  Load load(channel, program_id, members, options.posts_per_call);
  LoadResult result = load.Run(options);
  const double posts = std::max<double>(1, static_cast<double>(load.posts()));
  result.members_cpu_us = static_cast<double>(CpuMicrosOf(options.service) - members_cpu) / posts;
  result.postgres_cpu_us = static_cast<double>(CpuMicrosOf("postgres") - postgres_cpu) / posts;
  result.client_cpu_us = static_cast<double>(OwnCpuMicros() - own_cpu) / posts;
  return result;
}

}  // namespace laurel::bench
