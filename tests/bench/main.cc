// laurel-bench: our rates beside pgbench writing the same rows as one prepared call per
// transaction, in one run on one machine, mutual TLS and logs as shipped. Posts go to a members-svc
// of the benchmark's own, since pgbench has no consumers of events either, and once more to the
// running suite with its consumers; the import goes to the running suite.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_format.h"
#include "absl/synchronization/mutex.h"
#include "cli/operator/settings.h"
#include "lib/config/reader.h"
#include "lib/status/error.h"
#include "tests/bench/import_run.h"
#include "tests/bench/own_members.h"
#include "tests/bench/pgbench.h"
#include "tests/bench/post_load.h"
#include "tests/bench/process_cpu.h"

namespace laurel::bench {
namespace {

constexpr char kProgram[] = "prg_01jd000000000000000000000b";

struct Options {
  std::string what = "all";
  std::string folder;
  std::string json_path;
  std::string importer;
  std::string members_svc;
  int seconds = 8;
  int members = 10000;
  int baskets = 47000;
};

// One figure of the result.
struct Figure {
  std::string name;
  double value = 0;
};

class Bench {
 public:
  explicit Bench(Options options) : options_(std::move(options)) {}

  absl::Status Run() {
    LAUREL_ASSIGN_OR_RETURN(const auto settings, tool::ReadSettings(config::Environment()));
    const char* admin = std::getenv("LAUREL_TEST_PG");
    if (admin == nullptr) return absl::InvalidArgumentError("LAUREL_TEST_PG is not set");
    LAUREL_RETURN_IF_ERROR(Compare(admin));
    if (options_.what != "import") {
      LAUREL_RETURN_IF_ERROR(PostsAlone(settings));
      LAUREL_RETURN_IF_ERROR(PostsOneByOne(settings));
      LAUREL_RETURN_IF_ERROR(PostsWithConsumers(settings));
    }
    if (options_.what != "ledger") LAUREL_RETURN_IF_ERROR(Import());
    return WriteJson();
  }

 private:
  absl::Status Compare(const std::string& admin) {
    std::printf("pgbench: the same rows as one prepared call per transaction\n");
    LAUREL_ASSIGN_OR_RETURN(const auto results,
                            RunPgbench(admin, options_.members, options_.seconds));
    for (const PgbenchResult& r : results) {
      std::printf("  %2d clients %31.0f /s   mean %6.2f ms   postgres %4.0f us\n", r.clients,
                  r.transactions_per_second, r.latency_ms, r.postgres_cpu_us);
    }
    best_ = Best(results);
    Note("pgbench_best_tps", best_.transactions_per_second);
    Note("pgbench_best_clients", best_.clients);
    Note("pgbench_postgres_cpu_us", best_.postgres_cpu_us);
    std::fflush(stdout);
    return absl::OkStatus();
  }

  absl::Status PostsAlone(const tool::Settings& suite) {
    std::printf("posts over gRPC, %d members, 80 %% earn and 20 %% spend, every answer checked\n",
                options_.members);
    LAUREL_ASSIGN_OR_RETURN(const auto own, OwnMembers::Start(options_.members_svc));
    tool::Settings settings = suite;
    settings.members_target = own->target();
    LAUREL_ASSIGN_OR_RETURN(const auto channel, tool::MembersChannel(settings, false));
    LAUREL_ASSIGN_OR_RETURN(const auto members,
                            PrepareMembers(channel, kProgram, options_.members));
    RunPosts(channel, kProgram, members, {.in_flight = 64, .seconds = 2, .service = own->pid()});
    for (const auto& [in_flight, per_call] :
         std::vector<std::pair<int, int>>{{1, 1}, {16, 1}, {64, 1}, {256, 1}, {32, 16}}) {
      LAUREL_RETURN_IF_ERROR(
          Posts(channel, members, in_flight, per_call, own->pid(), "posts_", ""));
    }
    for (const int per_second : {3000, 6000}) {
      LAUREL_RETURN_IF_ERROR(OpenLoop(channel, members, per_second, own->pid()));
    }
    LAUREL_RETURN_IF_ERROR(WalPerPost(channel, members, *own));
    const double resident = static_cast<double>(ResidentBytesOf(own->pid())) / 1e6;
    std::printf("  members-svc resident %.0f MB\n", resident);
    Note("members_resident_mb", resident);
    return absl::OkStatus();
  }

  // The same service with one command to a transaction and as many of those at once as pgbench was
  // best with, or 32: what batching is worth.
  absl::Status PostsOneByOne(const tool::Settings& suite) {
    LAUREL_ASSIGN_OR_RETURN(
        const auto own,
        OwnMembers::Start(options_.members_svc, {{"LAUREL_MEMBERS_LEDGER_BATCH_SIZE", "1"},
                                                 {"LAUREL_MEMBERS_LEDGER_LANES", "32"},
                                                 {"LAUREL_MEMBERS_POOL_SIZE", "40"}}));
    tool::Settings settings = suite;
    settings.members_target = own->target();
    LAUREL_ASSIGN_OR_RETURN(const auto channel, tool::MembersChannel(settings, false));
    LAUREL_ASSIGN_OR_RETURN(const auto members,
                            PrepareMembers(channel, kProgram, options_.members));
    return Posts(channel, members, 256, 1, own->pid(), "posts_one_by_one_",
                 "  (one transaction per rpc)");
  }

  absl::Status OpenLoop(const std::shared_ptr<grpc::Channel>& channel,
                        const std::vector<std::string>& members, int per_second, pid_t service) {
    const LoadResult r = RunPosts(channel, kProgram, members,
                                  {.in_flight = 4096,
                                   .per_second = per_second,
                                   .seconds = options_.seconds,
                                   .service = service});
    std::printf("  open loop %7d /s: %7.0f /s answered          p50 %6.2f  p99 %6.2f ms\n",
                per_second, r.posts_per_second, r.p50_ms, r.p99_ms);
    std::fflush(stdout);
    const std::string name = absl::StrFormat("open_loop_%d", per_second);
    Note(name + "_per_second", r.posts_per_second);
    Note(name + "_p50_ms", r.p50_ms);
    Note(name + "_p99_ms", r.p99_ms);
    if (r.wrong == 0) return absl::OkStatus();
    return absl::InternalError(absl::StrFormat("%d answers were wrong", r.wrong));
  }

  // Bytes of write-ahead log per post, outbox included, full-page images too.
  absl::Status WalPerPost(const std::shared_ptr<grpc::Channel>& channel,
                          const std::vector<std::string>& members, OwnMembers& own) {
    const auto position = [&own] {
      return std::stod(own.database().Admin("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn")[0]);
    };
    const double before = position();
    const LoadResult r =
        RunPosts(channel, kProgram, members,
                 {.in_flight = 256, .seconds = options_.seconds, .service = own.pid()});
    const double posts = std::max(1.0, r.posts_per_second * options_.seconds);
    const double bytes = (position() - before) / posts;
    std::printf("  WAL %.0f bytes a post\n", bytes);
    Note("wal_bytes_per_post", bytes);
    return absl::OkStatus();
  }

  absl::Status PostsWithConsumers(const tool::Settings& settings) {
    LAUREL_ASSIGN_OR_RETURN(const auto channel, tool::MembersChannel(settings, false));
    LAUREL_ASSIGN_OR_RETURN(const auto members,
                            PrepareMembers(channel, kProgram, options_.members));
    LAUREL_ASSIGN_OR_RETURN(const pid_t pid, PidOf("members-svc"));
    return Posts(channel, members, 256, 1, pid, "posts_consumed_", "  (consumers running)");
  }

  // One line of the table.
  absl::Status Posts(const std::shared_ptr<grpc::Channel>& channel,
                     const std::vector<std::string>& members, int in_flight, int per_call,
                     pid_t service, const std::string& prefix, const char* remark) {
    const LoadResult r = RunPosts(channel, kProgram, members,
                                  {.in_flight = in_flight,
                                   .posts_per_call = per_call,
                                   .seconds = options_.seconds,
                                   .service = service});
    const double ratio = r.posts_per_second / best_.transactions_per_second;
    std::printf(
        "  %3d in flight, %2d a call %10.0f /s = %4.2f x pgbench   p50 %6.2f  p99 %6.2f ms   "
        "members %3.0f  postgres %3.0f  client %3.0f us%s\n",
        in_flight, per_call, r.posts_per_second, ratio, r.p50_ms, r.p99_ms, r.members_cpu_us,
        r.postgres_cpu_us, r.client_cpu_us, remark);
    std::fflush(stdout);
    const std::string name =
        prefix + absl::StrFormat("%d_in_flight_%d_a_call", in_flight, per_call);
    Note(name + "_per_second", r.posts_per_second);
    Note(name + "_ratio", ratio);
    Note(name + "_p50_ms", r.p50_ms);
    Note(name + "_p99_ms", r.p99_ms);
    Note(name + "_members_cpu_us", r.members_cpu_us);
    Note(name + "_postgres_cpu_us", r.postgres_cpu_us);
    if (r.wrong == 0) return absl::OkStatus();
    return absl::InternalError(absl::StrFormat("%d answers were wrong", r.wrong));
  }

  absl::Status Import() {
    std::printf("import, consumers running\n");
    LAUREL_ASSIGN_OR_RETURN(const ImportResult r,
                            RunImport(options_.importer, options_.folder, options_.baskets));
    const double ratio = r.orders_per_second / best_.transactions_per_second;
    std::printf("  %lld orders in %.1f s %13.0f /s = %4.2f x pgbench\n",
                static_cast<long long>(r.orders), r.seconds, r.orders_per_second, ratio);
    Note("import_orders_per_second", r.orders_per_second);
    Note("import_ratio", ratio);
    return absl::OkStatus();
  }

  void Note(std::string name, double value) { figures_.push_back({std::move(name), value}); }

  absl::Status WriteJson() const {
    if (options_.json_path.empty()) return absl::OkStatus();
    std::ofstream out(options_.json_path);
    out << "{";
    for (size_t i = 0; i < figures_.size(); ++i) {
      out << (i == 0 ? "\n" : ",\n")
          << absl::StrFormat("  \"%s\": %.3f", figures_[i].name, figures_[i].value);
    }
    out << "\n}\n";
    if (!out) return absl::UnavailableError("cannot write " + options_.json_path);
    return absl::OkStatus();
  }

  const Options options_;
  PgbenchResult best_;
  std::vector<Figure> figures_;
};

}  // namespace
}  // namespace laurel::bench

int main(int argc, char** argv) {
  // As the programs do (lib/server/main.cc): the client's share of the machine is to be small.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  laurel::bench::Options options;
  const std::filesystem::path programs = std::filesystem::path(argv[0]).parent_path();
  options.importer = (programs / "laurel-import").string();
  options.members_svc = (programs / "members-svc").string();
  CLI::App app("Measures the running suite, beside what it is compared with.", "laurel-bench");
  app.add_option("what", options.what, "ledger, import or all")
      ->check(CLI::IsMember({"all", "ledger", "import"}));
  app.add_option("--folder", options.folder, "Purchases to import; otherwise a made-up year");
  app.add_option("--seconds", options.seconds, "How long each rate is measured")
      ->check(CLI::Range(1, 600));
  app.add_option("--members", options.members, "Members of the benchmark's programme")
      ->check(CLI::Range(100, 1000000));
  app.add_option("--baskets", options.baskets, "Orders of the made-up year")
      ->check(CLI::Range(100, 10000000));
  app.add_option("--json", options.json_path, "Write all figures there");
  CLI11_PARSE(app, argc, argv);
  const absl::Status status = laurel::bench::Bench(options).Run();
  if (status.ok()) return 0;
  std::fprintf(stderr, "laurel-bench: %s\n", status.ToString().c_str());
  return 1;
}
