// The whole of an import: read, enrol, record, prove, report.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "cli/import/sender.h"

namespace laurel::import {

struct RunOptions {
  SendOptions send;
  // Holds purchases.csv and products.csv.
  std::string folder;
  // Where rejected rows go; empty: import-rejects.csv in the folder, or, where that cannot be
  // written, in the current one.
  std::string rejects_path;
  // Rejected rows make the run fail, after the good ones have gone in.
  bool strict = false;
  // Have members-svc check the programme's whole ledger at the end.
  bool verify = true;
};

// Progress and warnings go to stderr, the summary to stdout. Errors: FILE_REFUSED, FILE_NOT_FOUND,
// ROWS_REJECTED (with strict), LEDGER_INVALID, or what members-svc said.
absl::Status RunImport(const std::shared_ptr<grpc::Channel>& channel, const RunOptions& options);

}  // namespace laurel::import
