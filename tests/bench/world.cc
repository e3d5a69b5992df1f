#include "tests/bench/world.h"

#include <algorithm>
#include <cstdio>

#include "absl/time/clock.h"
#include "laurel/members/v1/program.grpc.pb.h"
#include "laurel/members/v1/wallet.grpc.pb.h"
#include "lib/base/clock.h"
#include "lib/status/error.h"
#include "lib/status/mapping.h"
#include "members-svc/statements.h"
#include "tests/bench/pause.h"

namespace laurel::bench {
namespace {

namespace pb = members::v1;

// More than any machine that this was tried on posts a second.
constexpr size_t kMostPostsPerSecond = 60000;
constexpr int64_t kHourUs = 3600000000;
constexpr size_t kMostCallsPerSecondOfOne = 5000;  // one in flight

void Deadline(grpc::ClientContext& context, absl::Duration timeout) {
  context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
}

size_t CallsFor(const Measurement& measurement) {
  const LoadOptions& load = measurement.load;
  const auto seconds = static_cast<size_t>(load.seconds);
  if (load.per_second > 0) return static_cast<size_t>(load.per_second) * seconds;
  const auto posts = static_cast<size_t>(std::max(1, measurement.mix.posts_per_call));
  return std::min(static_cast<size_t>(load.in_flight) * kMostCallsPerSecondOfOne,
                  kMostPostsPerSecond / posts) *
         seconds;
}

absl::StatusOr<pb::VerifyLedgerResponse> CallVerify(const std::shared_ptr<grpc::Channel>& channel,
                                                    const std::string& program_id,
                                                    const std::string& member_id) {
  pb::VerifyLedgerRequest request;
  request.set_program_id(program_id);
  request.set_member_id(member_id);
  pb::VerifyLedgerResponse response;
  grpc::ClientContext context;
  Deadline(context, absl::Minutes(30));
  LAUREL_RETURN_IF_ERROR(status::FromGrpc(
      pb::WalletService::NewStub(channel)->VerifyLedger(&context, request, &response)));
  if (response.valid()) return response;
  const std::string fault = response.faults_size() > 0 ? response.faults(0).ShortDebugString() : "";
  return absl::InternalError("the ledger does not verify: " + fault);
}

void Print(const Run& run, const Measurement& measurement, const LoadResult& r) {
  std::printf("  %-34s %8.0f /s", measurement.label.c_str(), r.posts_per_second);
  if (run.pgbench_rate > 0) {
    std::printf(" = %4.2f x pgbench", r.posts_per_second / run.pgbench_rate);
  }
  std::printf(
      "  p50 %6.2f p99 %6.2f max %6.1f ms  CPU us: server %4.0f postgres %4.0f client %4.0f",
      r.p50_ms, r.p99_ms, r.max_ms, r.service_cpu_us, r.postgres_cpu_us, r.client_cpu_us);
  if (measurement.load.per_second > 0) {
    std::printf("  sent late by p99 %.2f max %.1f ms", r.late_p99_ms, r.late_max_ms);
  }
  std::printf("  stolen %.0f %%\n", r.stolen_percent);
  std::fflush(stdout);
}

void Note(Run& run, const Measurement& measurement, const LoadResult& r) {
  if (measurement.name.empty()) return;
  const auto note = [&](const char* what, double value) {
    run.figures.Note(measurement.name + what, value);
  };
  note("_per_second", r.posts_per_second);
  if (run.pgbench_rate > 0) note("_ratio", r.posts_per_second / run.pgbench_rate);
  if (run.pgbench_cpu_us > 0) {
    note("_cpu_ratio", (r.service_cpu_us + r.postgres_cpu_us) / run.pgbench_cpu_us);
  }
  note("_p50_ms", r.p50_ms);
  note("_p99_ms", r.p99_ms);
  note("_max_ms", r.max_ms);
  note("_members_cpu_us", r.service_cpu_us);
  note("_postgres_cpu_us", r.postgres_cpu_us);
  note("_client_cpu_us", r.client_cpu_us);
  note("_stolen_percent", r.stolen_percent);
  if (measurement.load.per_second > 0) note("_sent_late_p99_ms", r.late_p99_ms);
}

// Outbox and full pages included.
void NoteWal(Run& run, const Measurement& measurement, const World::Wal& before,
             const World::Wal& after, const LoadResult& r) {
  const double posts = std::max(1.0, static_cast<double>(r.posts));
  const double bytes = (after.bytes - before.bytes) / posts;
  std::printf("  %-34s %8.0f bytes a post, %.3f full pages\n", "  its write-ahead log", bytes,
              (after.full_pages - before.full_pages) / posts);
  run.figures.Note(measurement.name + "_wal_bytes", bytes);
}

}  // namespace

bool Disturbed(const Options& options, int attempt, double stolen_percent) {
  if (stolen_percent <= options.most_stolen_percent || attempt == kMostAttempts) return false;
  std::printf("    the host took %.0f %% of the machine meanwhile: measured again\n",
              stolen_percent);
  std::fflush(stdout);
  Pause(absl::Seconds(5));
  return true;
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> ChannelTo(const Run& run,
                                                         const std::string& target) {
  tool::Settings settings = run.suite;
  settings.members_target = target;
  return tool::MembersChannel(settings, false);
}

World::World(const Run& run) : run_(run), database_("members", {}, members::Migrations(), 1) {}

absl::StatusOr<Server> World::Start(Variables environment) {
  Server server;
  LAUREL_ASSIGN_OR_RETURN(
      server.process,
      StartMembers(run_.options.members_svc, database_.app_dsn(), std::move(environment)));
  LAUREL_ASSIGN_OR_RETURN(server.channel, ChannelTo(run_, server.process->target()));
  return server;
}

absl::Status World::MakePrograms(const std::vector<std::string>& program_ids) {
  {
    LAUREL_ASSIGN_OR_RETURN(const Server server, Start());
    for (const std::string& program_id : program_ids) {
      LAUREL_RETURN_IF_ERROR(MakeProgram(server.channel, program_id));
    }
  }
  database_.Admin("DELETE FROM sealed_roots");
  // Hours are sealed on days that are there; those of today would otherwise wait for the first
  // post.
  database_.Admin("SELECT ensure_day(floor(extract(epoch FROM now()) / 86400)::int)");
  return absl::OkStatus();
}

absl::StatusOr<int64_t> World::AwaitSeals() {
  const absl::Time give_up = absl::Now() + absl::Minutes(20);
  // An hour is sealed five minutes after its end.
  const int64_t newest_us =
      absl::ToUnixMicros(absl::Now() - absl::Minutes(6)) / kHourUs * kHourUs - kHourUs;
  const std::string sealed =
      "SELECT coalesce(max(start_us), 0) >= " + std::to_string(newest_us) + " FROM sealed_roots";
  while (database_.Admin(sealed)[0] != "t") {
    if (absl::Now() > give_up) return absl::DeadlineExceededError("the hours are not sealed");
    Pause(absl::Milliseconds(200));
  }
  return std::stoll(database_.Admin("SELECT count(DISTINCT start_us) FROM sealed_roots")[0]);
}

World::Wal World::WriteAheadLog() {
  return {.bytes = std::stod(database_.Admin("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn")[0]),
          .full_pages = std::stod(database_.Admin("SELECT wal_fpi FROM pg_stat_wal")[0])};
}

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
  Deadline(context, absl::Seconds(30));
  return status::FromGrpc(
      pb::ProgramService::NewStub(channel)->CreateProgram(&context, request, &response));
}

absl::StatusOr<int64_t> VerifyMember(const std::shared_ptr<grpc::Channel>& channel,
                                     const std::string& program_id, const std::string& member_id) {
  LAUREL_ASSIGN_OR_RETURN(const auto response, CallVerify(channel, program_id, member_id));
  return response.entry_count();
}

absl::Status Verify(const std::shared_ptr<grpc::Channel>& channel, const std::string& program_id) {
  const int64_t start_us = base::MonotonicMicros();
  LAUREL_ASSIGN_OR_RETURN(const auto response, CallVerify(channel, program_id, ""));
  std::printf("  verified: %lld entries in %lld wallets, every chain whole, in %.1f s\n",
              static_cast<long long>(response.entry_count()),
              static_cast<long long>(response.wallet_count()),
              static_cast<double>(base::MonotonicMicros() - start_us) / 1e6);
  std::fflush(stdout);
  return absl::OkStatus();
}

absl::StatusOr<LoadResult> Measure(Run& run, const std::vector<Server*>& servers,
                                   const std::string& program_id,
                                   const std::vector<std::string>& members,
                                   const Measurement& measurement) {
  LoadOptions options = measurement.load;
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (const Server* server : servers) {
    channels.push_back(server->channel);
    options.services.push_back(server->process->pid());
  }
  int64_t posts = 0;
  for (int attempt = 1;; ++attempt) {
    World* const world = measurement.wal_of;
    if (world != nullptr && measurement.checkpoint_before) world->Checkpoint();
    const World::Wal before = world != nullptr ? world->WriteAheadLog() : World::Wal{};
    const Requests requests(program_id, members, measurement.mix, CallsFor(measurement));
    LoadResult r = RunLoad(channels, requests, options);
    if (r.ran_out) return absl::InternalError("the prepared requests did not last");
    Print(run, measurement, r);
    if (r.wrong > 0) return absl::InternalError(std::to_string(r.wrong) + " answers were wrong");
    posts += r.posts;
    if (!measurement.name.empty() && Disturbed(run.options, attempt, r.stolen_percent)) continue;
    Note(run, measurement, r);
    if (world != nullptr) NoteWal(run, measurement, before, world->WriteAheadLog(), r);
    r.posts = posts;
    return r;
  }
}

}  // namespace laurel::bench
