// A ledger that is already there: members, wallets and entries as the domain makes them, chained
// and in the partitions of their days, written by COPY. It verifies afterwards like any other.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "lib/base/uuid.h"
#include "members-svc/domain/chain.h"
#include "members-svc/domain/wallet.h"
#include "tests/bench/copy_rows.h"

namespace laurel::bench {

class LedgerFill {
 public:
  // Members of `program_id` ("prg_…"), which exists, without entries. `admin_dsn`: a superuser's.
  static absl::StatusOr<LedgerFill> Begin(const std::string& admin_dsn,
                                          const std::string& program_id, int members);

  // "mem_…", in the order of wallet numbers.
  std::vector<std::string> MemberIds() const;

  // The credits of a wallet at a moment; a negative amount is spent.
  using Story = std::function<std::vector<members::Credit>(size_t wallet, int64_t now_us)>;
  // Everybody's story at times from `from_us` on (a microsecond per wallet), all within one day.
  // Times only grow from call to call.
  absl::Status Record(int64_t from_us, const Story& story);

  // Writes the heads: nothing can be recorded afterwards.
  absl::Status End();

  int64_t entries() const { return entry_count_; }

 private:
  struct Owner {
    members::WalletId id;
    int bucket = 0;
    members::Wallet wallet;
  };
  LedgerFill() = default;
  absl::Status WriteMembers();
  void WriteEntry(CopyRows& copy, const Owner& owner, const members::LedgerEntry& entry);

  Connection connection_;
  std::vector<Owner> owners_;  // in key order
  std::unique_ptr<base::IdSource> ids_;
  int64_t entry_count_ = 0;
  std::string filled_ = "members, wallets";  // tables
};

// A programme's members, each with a million points to spend, one entry each, recorded so long
// ago.
absl::StatusOr<std::vector<std::string>> FillOpening(const std::string& admin_dsn,
                                                     const std::string& program_id, int members,
                                                     absl::Duration ago = {});

}  // namespace laurel::bench
