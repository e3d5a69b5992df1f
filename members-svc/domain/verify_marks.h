// What has been done about a wallet's entries since they were written, derived again from the
// entries alone: how much of an accrual was taken back, whether its pending points were ended by a
// command, what was reinstated, what was undone. It decides what may still be taken or given back.
// Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "members-svc/domain/verify.h"

namespace laurel::members {

// A row of entry_marks.
struct MarkRow {
  base::Uuid program_id;
  int64_t seq = 0;
  int64_t undone = 0;
  int pending_end = 0;  // 1: activated, 2: cancelled
  std::optional<int64_t> expire_us = std::nullopt;
  int64_t reversed_seq = 0;
  friend bool operator==(const MarkRow&, const MarkRow&) = default;
};

class Marks {
 public:
  explicit Marks(const base::Uuid& program_id) : program_id_(program_id) {}

  // Entries of one wallet, all of them, by seq.
  void Apply(const LedgerEntry& entry);
  // Each row that is not what the entries say, that they do not know, or that is missing, named by
  // the entry that it is about. Once, after all entries.
  std::vector<WalletFault> Compare(const std::vector<MarkRow>& rows);

 private:
  struct ClawBack {
    int64_t accrual_seq = 0;
    int64_t counted = 0;  // what it took and what the policy forgave
  };
  MarkRow& At(int64_t seq);
  void Reversed(const LedgerEntry& entry);

  const base::Uuid program_id_;
  std::map<int64_t, MarkRow> expected_;
  std::map<int64_t, ClawBack> claw_backs_;
};

}  // namespace laurel::members
