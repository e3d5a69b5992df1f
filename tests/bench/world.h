// What every measurement of the ledger starts from: a database of the benchmark's own, programmes
// in it, members-svc on it, and loads whose results are printed and noted.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/operator/settings.h"
#include "tests/bench/figures.h"
#include "tests/bench/load.h"
#include "tests/bench/server_process.h"
#include "tests/testing/database.h"

namespace laurel::bench {

inline constexpr char kPostsProgram[] = "prg_01jd000000000000000000000b";
inline constexpr char kOrdersProgram[] = "prg_01jd000000000000000000000c";

struct Options {
  std::string what = "all";
  std::string folder;
  std::string json_path;
  std::string self;  // this program
  std::string importer;
  std::string members_svc;
  int seconds = 8;
  int members = 100000;
  int baskets = 47000;
  int repeat = 1;
  int most_stolen_percent = 100;
  std::vector<int64_t> entries = {100000, 10000000};  // the ledgers that growth measures
  int empty_days = 0;                                 // partitions before them, for growth
  int settle_seconds = 120;                           // of load before its steady rate
  int minutes = 60;                                   // of the soak
  int per_second = 1000;                              // its posts
};

// What all parts of a run share.
struct Run {
  Options options;
  tool::Settings suite;
  std::string admin_dsn;
  double pgbench_rate = 0;    // the best; 0: not measured
  double pgbench_cpu_us = 0;  // PostgreSQL's per transaction, in that run
  Figures figures;
};

// A server and the way to it.
struct Server {
  std::unique_ptr<ServerProcess> process = nullptr;
  std::shared_ptr<grpc::Channel> channel = nullptr;
};
absl::StatusOr<std::shared_ptr<grpc::Channel>> ChannelTo(const Run& run, const std::string& target);

// How often what the host disturbed is measured.
inline constexpr int kMostAttempts = 12;
// Whether a measurement is to be made once more: `attempt` counts from 1. Says so, and waits.
bool Disturbed(const Options& options, int attempt, double stolen_percent);

class World {
 public:
  explicit World(const Run& run);
  absl::StatusOr<Server> Start(Variables environment = {});
  // Makes programmes by a server that then ends, and lets the past be filled: no hour is sealed.
  absl::Status MakePrograms(const std::vector<std::string>& program_ids);
  // Waits until the hours of the past are sealed; how many there are.
  absl::StatusOr<int64_t> AwaitSeals();
  testing::TestDatabase& database() { return database_; }
  void Checkpoint() { database_.Admin("CHECKPOINT"); }
  // What the cluster has written to its write-ahead log since it was made.
  struct Wal {
    double bytes = 0;
    double full_pages = 0;
  };
  Wal WriteAheadLog();

 private:
  const Run& run_;
  testing::TestDatabase database_;
};

absl::Status MakeProgram(const std::shared_ptr<grpc::Channel>& channel,
                         const std::string& program_id);
// VerifyLedger of the whole programme, printed; an error names the first fault.
absl::Status Verify(const std::shared_ptr<grpc::Channel>& channel, const std::string& program_id);

// VerifyLedger of one member; how many entries it has.
absl::StatusOr<int64_t> VerifyMember(const std::shared_ptr<grpc::Channel>& channel,
                                     const std::string& program_id, const std::string& member_id);

// One load by its name in the figures, and its line of the table. INTERNAL when an answer was
// wrong.
struct Measurement {
  std::string name = {};  // empty: not noted
  std::string label = {};
  Mix mix = {};
  LoadOptions load = {};
  World* wal_of = nullptr;         // its write-ahead log per post is printed and noted too
  bool checkpoint_before = false;  // with wal_of
};
// A load that is noted is measured again, kMostAttempts times at most, while the host steals more
// of the machine meanwhile than the options allow; all its posts are in the result's.
absl::StatusOr<LoadResult> Measure(Run& run, const std::vector<Server*>& servers,
                                   const std::string& program_id,
                                   const std::vector<std::string>& members,
                                   const Measurement& measurement);

}  // namespace laurel::bench
