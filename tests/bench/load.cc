#include "tests/bench/load.h"

#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <ctime>
#include <mutex>
#include <thread>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "lib/base/clock.h"
#include "tests/bench/process_cpu.h"

namespace laurel::bench {
namespace {

constexpr absl::Duration kDeadline = absl::Seconds(30);
constexpr int64_t kMostWrong = 1000;

int64_t OwnCpuMicros() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  return (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000000 + use.ru_utime.tv_usec +
         use.ru_stime.tv_usec;
}

// Returns at `due_us` of the monotonic clock, some ten microseconds late, without using the CPU.
void WaitUntil(int64_t due_us) {
  timespec due{.tv_sec = due_us / 1000000, .tv_nsec = due_us % 1000000 * 1000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, nullptr) == EINTR) {
  }
}

double MillisAt(std::vector<int64_t>& micros, double share) {
  if (micros.empty()) return 0;
  const auto index = static_cast<ptrdiff_t>(share * static_cast<double>(micros.size() - 1));
  std::nth_element(micros.begin(), micros.begin() + index, micros.end());
  return static_cast<double>(micros[static_cast<size_t>(index)]) / 1000;
}

class Load {
 public:
  Load(const std::vector<std::shared_ptr<grpc::Channel>>& channels, const Requests& requests,
       const LoadOptions& options)
      : requests_(requests), options_(options) {
    for (const auto& channel : channels) {
      stubs_.push_back(std::make_unique<grpc::GenericStub>(channel));
    }
  }

  LoadResult Run() {
    const int64_t start_us = base::MonotonicMicros();
    end_us_ = start_us + options_.seconds * 1000000LL;
    // Who takes an answer sends, in a closed loop, what comes next: two, so that calls of the one
    // leave in the write that the other has begun.
    std::thread other([this] { TakeAnswers(); });
    if (options_.per_second > 0) {
      Pace(start_us);
    } else {
      for (int i = 0; i < options_.in_flight; ++i) Send(base::MonotonicMicros());
    }
    End();
    TakeAnswers();
    other.join();
    LoadResult result{.posts_per_second = static_cast<double>(posts_in_time_) / options_.seconds,
                      .posts = posts_,
                      .wrong = wrong_,
                      .ran_out = options_.per_second == 0 && next_ >= requests_.size()};
    result.p50_ms = MillisAt(latencies_us_, 0.5);
    result.p99_ms = MillisAt(latencies_us_, 0.99);
    result.max_ms = MillisAt(latencies_us_, 1);
    result.late_p99_ms = MillisAt(late_us_, 0.99);
    result.late_max_ms = MillisAt(late_us_, 1);
    return result;
  }

 private:
  struct Call {
    grpc::ClientContext context;
    std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader;
    grpc::ByteBuffer answer;
    grpc::Status status;
    int64_t start_us = 0;
    const Request* request = nullptr;
  };

  void Pace(int64_t start_us) {
    prctl(PR_SET_TIMERSLACK, 1000);
    const size_t calls = std::min(requests_.size(), static_cast<size_t>(options_.per_second) *
                                                        static_cast<size_t>(options_.seconds));
    late_us_.reserve(calls);
    for (size_t i = 0; i < calls; ++i) {
      const int64_t due_us = start_us + static_cast<int64_t>(i) * 1000000 / options_.per_second;
      if (base::MonotonicMicros() < due_us) WaitUntil(due_us);
      late_us_.push_back(base::MonotonicMicros() - due_us);
      Send(due_us);
    }
  }

  // The next request, if there is one.
  void Send(int64_t start_us) {
    const size_t next = next_.fetch_add(1);
    if (next >= requests_.size()) return;
    const Request& request = requests_.at(next);
    auto* call = new Call;
    call->context.set_deadline(absl::ToChronoTime(absl::Now() + kDeadline));
    call->start_us = start_us;
    call->request = &request;
    const std::string_view bytes = requests_.BytesOf(request);
    const grpc::Slice slice(bytes.data(), bytes.size(), grpc::Slice::STATIC_SLICE);
    const grpc::ByteBuffer message(&slice, 1);
    ++pending_;
    call->reader = stubs_[next % stubs_.size()]->PrepareUnaryCall(
        &call->context, Requests::MethodOf(request.kind), message, &queue_);
    call->reader->StartCall();
    call->reader->Finish(&call->answer, &call->status, call);
  }

  // A call has been answered, or no more is begun by whoever began the first ones.
  void End() {
    if (--pending_ == 0) queue_.Shutdown();
  }

  void TakeAnswers() {
    void* tag = nullptr;
    bool ok = false;
    std::vector<int64_t> latencies_us;
    while (queue_.Next(&tag, &ok)) {
      const std::unique_ptr<Call> call(static_cast<Call*>(tag));
      const int64_t now_us = base::MonotonicMicros();
      const int right = call->status.ok() ? requests_.Right(*call->request, &call->answer) : 0;
      latencies_us.push_back(now_us - call->start_us);
      posts_ += right;
      if (now_us <= end_us_) posts_in_time_ += right;
      wrong_ += call->request->posts - right;
      if (options_.per_second == 0 && now_us < end_us_ && wrong_ < kMostWrong) {
        Send(base::MonotonicMicros());
      }
      End();
    }
    const std::lock_guard lock(mutex_);
    latencies_us_.insert(latencies_us_.end(), latencies_us.begin(), latencies_us.end());
  }

  const Requests& requests_;
  const LoadOptions options_;
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs_;
  grpc::CompletionQueue queue_;
  std::atomic<size_t> next_ = 0;
  std::atomic<int64_t> pending_ = 1;  // one for whoever begins the first ones
  int64_t end_us_ = 0;
  std::atomic<int64_t> posts_ = 0;
  std::atomic<int64_t> posts_in_time_ = 0;
  std::atomic<int64_t> wrong_ = 0;
  std::vector<int64_t> late_us_;
  std::mutex mutex_;
  std::vector<int64_t> latencies_us_;  // under mutex_
};

int64_t CpuOf(const std::vector<pid_t>& pids) {
  int64_t sum = 0;
  for (const pid_t pid : pids) sum += CpuMicrosOf(pid);
  return sum;
}

}  // namespace

LoadResult RunLoad(const std::vector<std::shared_ptr<grpc::Channel>>& channels,
                   const Requests& requests, const LoadOptions& options) {
  const int64_t service_cpu = CpuOf(options.services);
  const int64_t postgres_cpu = CpuMicrosOf("postgres");
  const int64_t own_cpu = OwnCpuMicros();
  const MachineTime start = MachineTimeNow();
  LoadResult result = Load(channels, requests, options).Run();
  const double posts = std::max<double>(1, static_cast<double>(result.posts));
  result.service_cpu_us = static_cast<double>(CpuOf(options.services) - service_cpu) / posts;
  result.postgres_cpu_us = static_cast<double>(CpuMicrosOf("postgres") - postgres_cpu) / posts;
  result.client_cpu_us = static_cast<double>(OwnCpuMicros() - own_cpu) / posts;
  result.stolen_percent = StolenPercentSince(start);
  return result;
}

}  // namespace laurel::bench
