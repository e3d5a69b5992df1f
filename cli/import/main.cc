// laurel-import FOLDER: purchases.csv and products.csv become members and orders of a programme,
// over gRPC as the operator. docs/import.md says how the columns are read.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "cli/import/limits.h"
#include "cli/import/run.h"
#include "cli/operator/settings.h"
#include "lib/base/clock.h"
#include "lib/base/uuid.h"
#include "lib/status/error.h"

namespace laurel::import {
namespace {

constexpr char kProgram[] = "prg_01jd0000000000000000000002";

absl::Status Main(RunOptions options, const std::string& members_target) {
  LAUREL_ASSIGN_OR_RETURN(tool::Settings settings, tool::ReadSettings(config::Environment()));
  if (!members_target.empty()) settings.members_target = members_target;
  base::IdSource ids;
  options.send.run_id = base::ToString(ids.Next(base::SystemClock().Now()));
  // Without gRPC's own retries: how often to ask, and for how long, is decided here.
  LAUREL_ASSIGN_OR_RETURN(const auto channel, tool::MembersChannel(settings, false));
  return RunImport(channel, options);
}

}  // namespace
}  // namespace laurel::import

int main(int argc, char** argv) {
  laurel::import::RunOptions options;
  options.send.program_id = laurel::import::kProgram;
  std::string members_target;
  int patience_seconds = 60;
  bool no_verify = false;
  CLI::App app("Reads purchases.csv and products.csv into a programme of the running suite.");
  app.add_option("folder", options.folder, "Where purchases.csv and products.csv lie")
      ->required()
      ->check(CLI::ExistingDirectory);
  app.add_option("--program", options.send.program_id, "Programme to fill; made when missing")
      ->capture_default_str();
  app.add_option("--batch", options.send.batch, "Orders per call")
      ->check(CLI::Range(1, laurel::import::kMaxBatch))
      ->capture_default_str();
  app.add_option("--in-flight", options.send.in_flight, "Calls in flight")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  app.add_option("--members-target", members_target,
                 "host:port of members-svc, several with commas; else LAUREL_TOOL_MEMBERS_TARGET");
  app.add_option("--rejects", options.rejects_path,
                 "File for rejected rows; else FOLDER/import-rejects.csv");
  app.add_option("--patience", patience_seconds, "Seconds to wait for a server that is away")
      ->check(CLI::Range(0, 3600))
      ->capture_default_str();
  app.add_flag("--strict", options.strict, "Fail when a row was rejected");
  app.add_flag("--no-verify", no_verify, "Do not have the ledger verified at the end");
  CLI11_PARSE(app, argc, argv);
  options.send.patience = absl::Seconds(patience_seconds);
  options.verify = !no_verify;
  const absl::Status status = laurel::import::Main(std::move(options), members_target);
  if (status.ok()) return 0;
  std::fprintf(stderr, "laurel-import: %s: %s\n", laurel::status::ReasonOf(status).c_str(),
               std::string(status.message()).c_str());
  return 1;
}
