#include "cli/import/run.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/import/progress.h"
#include "cli/import/retry.h"
#include "cli/import/target_program.h"
#include "laurel/members/v1/wallet.grpc.pb.h"
#include "lib/base/clock.h"
#include "lib/money/currency.h"
#include "lib/status/error.h"

namespace laurel::import {
namespace {

constexpr size_t kMostRejectsShown = 10;
constexpr int64_t kMostFileBytes = 2LL << 30;
constexpr absl::Duration kVerifyTimeout = absl::Minutes(10);

absl::StatusOr<std::string> ReadWhole(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const int64_t size = file ? static_cast<int64_t>(file.tellg()) : -1;
  if (size < 0) {
    return status::NotFound("FILE_NOT_FOUND", absl::StrCat("cannot read ", path));
  }
  if (size > kMostFileBytes) {
    return status::Error(
        absl::StatusCode::kInvalidArgument, "FILE_REFUSED",
        absl::StrCat(path, " is larger than 2 GB: split it, a basket's rows together"));
  }
  std::string text(static_cast<size_t>(size), '\0');
  file.seekg(0);
  file.read(text.data(), size);
  if (file.gcount() == size) return text;
  return status::Error(absl::StatusCode::kUnavailable, "FILE_NOT_FOUND",
                       absl::StrCat("cannot read all of ", path));
}

// The error with the file that it is about in front.
absl::Status About(const std::string& path, const absl::Status& error) {
  return status::Error(error.code(), status::ReasonOf(error),
                       absl::StrCat(path, ": ", error.message()));
}

void Say(const std::string& text) { std::fprintf(stderr, "%s\n", text.c_str()); }

double SecondsOf(int64_t micros) { return static_cast<double>(micros) / 1e6; }

class Import {
 public:
  Import(std::shared_ptr<grpc::Channel> channel, const RunOptions& options)
      : channel_(std::move(channel)), options_(options) {}

  absl::Status Run() {
    LAUREL_RETURN_IF_ERROR(Read());
    LAUREL_RETURN_IF_ERROR(
        EnsureProgram(channel_, options_.send.program_id, options_.send.patience));
    absl::Status sent = Send();
    const absl::Status written = ReportRejects();
    Summary();
    if (!sent.ok()) {
      Say("What has been recorded stays; the same command again goes on from there.");
      return sent;
    }
    LAUREL_RETURN_IF_ERROR(written);
    if (options_.verify) LAUREL_RETURN_IF_ERROR(Verify());
    if (!options_.strict || rejects_.size() == 0) return absl::OkStatus();
    return status::Refused("ROWS_REJECTED", "there are rejected rows, and --strict forbids them");
  }

 private:
  absl::Status Read() {
    const int64_t start = base::MonotonicMicros();
    const std::string products_path = options_.folder + "/products.csv";
    const std::string purchases_path = options_.folder + "/purchases.csv";
    LAUREL_ASSIGN_OR_RETURN(const std::string products_text, ReadWhole(products_path));
    LAUREL_ASSIGN_OR_RETURN(purchases_text_, ReadWhole(purchases_path));
    auto products = ReadProducts(products_text, &rejects_);
    if (!products.ok()) return About(products_path, products.status());
    products_ = *std::move(products);
    PurchaseRules rules;
    if (!absl::LoadTimeZone(kTimeZone, &rules.zone)) {
      return absl::InternalError(absl::StrCat("this machine does not know ", kTimeZone));
    }
    rules.money_places = money::CurrencyExponent(kCurrency).value_or(2);
    auto purchases = ReadPurchases(purchases_text_, products_, rules, &rejects_);
    if (!purchases.ok()) return About(purchases_path, purchases.status());
    purchases_ = *std::move(purchases);
    Say(absl::StrCat("read ", Grouped(purchases_.row_count), " rows and ",
                     Grouped(static_cast<int64_t>(products_.size())), " products in ",
                     (base::MonotonicMicros() - start) / 1000, " ms"));
    return absl::OkStatus();
  }

  absl::Status Send() {
    const auto members = static_cast<int64_t>(purchases_.households.size());
    const auto orders = static_cast<int64_t>(purchases_.baskets.size());
    {
      const Progress progress("members", members, [this] { return counts_.members(); });
      LAUREL_RETURN_IF_ERROR(EnrolHouseholds(channel_, options_.send, purchases_, &counts_));
    }
    const int64_t start = base::MonotonicMicros();
    const Progress progress("orders ", orders, [this] { return counts_.orders(); });
    absl::Status sent = RecordBaskets(channel_, options_.send, purchases_, &counts_, &rejects_);
    record_us_ = base::MonotonicMicros() - start;
    return sent;
  }

  absl::Status ReportRejects() {
    if (rejects_.size() == 0) return absl::OkStatus();
    std::string path = options_.rejects_path;
    if (path.empty()) path = options_.folder + "/import-rejects.csv";
    absl::Status written = rejects_.Write(path);
    if (!written.ok() && options_.rejects_path.empty()) {
      path = "import-rejects.csv";
      written = rejects_.Write(path);
    }
    const std::vector<Reject> all = rejects_.Sorted();
    Say(absl::StrCat("warning: ", Grouped(static_cast<int64_t>(all.size())),
                     " rows did not go in:"));
    for (size_t i = 0; i < std::min(all.size(), kMostRejectsShown); ++i) {
      Say(absl::StrCat("  ", all[i].file, " row ", all[i].row, ": ", all[i].reason));
    }
    if (all.size() > kMostRejectsShown) {
      Say(absl::StrCat("  … and ", all.size() - kMostRejectsShown, " more"));
    }
    if (written.ok()) {
      Say(absl::StrCat("all of them, with reasons: ", path));
      rejects_file_ = path;
    }
    return written;
  }

  int64_t RejectedRows() const {
    int64_t rows = 0;
    for (const Reject& reject : rejects_.Sorted()) rows += reject.file == "purchases.csv" ? 1 : 0;
    return rows;
  }

  void Summary() const {
    const double seconds = SecondsOf(record_us_);
    const int64_t rejected = RejectedRows();
    std::printf("rows      %s read, %s rejected%s%s\n", Grouped(purchases_.row_count).c_str(),
                Grouped(rejected).c_str(), rejects_file_.empty() ? "" : " → ",
                rejects_file_.c_str());
    std::printf("members   %s: %s new, %s already there\n", Grouped(counts_.members()).c_str(),
                Grouped(counts_.members_new).c_str(), Grouped(counts_.members_there).c_str());
    std::printf("orders    %s: %s new, %s already there, %s refused\n",
                Grouped(counts_.orders()).c_str(), Grouped(counts_.orders_new).c_str(),
                Grouped(counts_.orders_there).c_str(), Grouped(counts_.orders_refused).c_str());
    std::printf("points    %s given by this run\n", Grouped(counts_.points).c_str());
    const double rate = seconds > 0 ? static_cast<double>(counts_.orders()) / seconds : 0;
    std::printf("time      %.1f s for the orders, %s orders/s\n", seconds,
                Grouped(static_cast<int64_t>(rate)).c_str());
    std::fflush(stdout);
  }

  absl::Status Verify() const {
    const auto stub = members::v1::WalletService::NewStub(channel_);
    members::v1::VerifyLedgerRequest request;
    request.set_program_id(options_.send.program_id);
    members::v1::VerifyLedgerResponse response;
    Patience patience(options_.send.patience);
    LAUREL_RETURN_IF_ERROR(Ask(patience, kVerifyTimeout, [&](grpc::ClientContext* context) {
      return stub->VerifyLedger(context, request, &response);
    }));
    std::printf("ledger    %s: %s points issued in all, %s wallets, %s entries\n",
                response.valid() ? "verified" : "WRONG", Grouped(response.points_issued()).c_str(),
                Grouped(response.wallet_count()).c_str(), Grouped(response.entry_count()).c_str());
    std::fflush(stdout);
    if (response.valid()) return absl::OkStatus();
    for (const auto& fault : response.faults()) {
      Say(absl::StrCat("  ", fault.member_id(), " ", fault.wallet_type(), " entry ", fault.seq(),
                       ": ", fault.what()));
    }
    return status::Error(absl::StatusCode::kDataLoss, "LEDGER_INVALID", "the ledger does not hold");
  }

  const std::shared_ptr<grpc::Channel> channel_;
  const RunOptions& options_;
  Rejects rejects_;
  std::string purchases_text_;
  Products products_;
  Purchases purchases_;
  Counts counts_;
  int64_t record_us_ = 0;
  std::string rejects_file_;
};

}  // namespace

absl::Status RunImport(const std::shared_ptr<grpc::Channel>& channel, const RunOptions& options) {
  return Import(channel, options).Run();
}

}  // namespace laurel::import
