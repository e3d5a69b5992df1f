// A ledger of the test's own that keeps the protocol of ours (load, decide, guarded commit, answer;
// two processes that crash) step by step in an order drawn from a seed, and can be given a bug: so
// it is shown that the history check catches each of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/members-svc/history/history.h"

namespace laurel::members::history {

enum class Bug {
  kNone,
  kNoGuardOnSeq,             // a head is overwritten, whoever moved it meanwhile
  kKeyInAnotherTransaction,  // a crash comes between the entry and its request id
  kNoKeyLookup,              // a request id is never looked up
  kAcknowledgedBeforeCommit,
  kUnknownTakenForFailed,  // the commit's answer is lost: the caller is told that nothing happened
  kHeadWithoutEntry,       // a crash comes between two transactions
  kRefusedButWritten,
  kAnotherAnswer,   // a known id is answered with what is there now
  kContentIgnored,  // a known id with other content is answered as if it were the same
  kStaleRead,       // a process reads what it saw last
  kWrongWallet,     // the effect lands in the neighbour's wallet
};

inline constexpr Bug kBugs[] = {
    Bug::kNoGuardOnSeq,          Bug::kKeyInAnotherTransaction,
    Bug::kNoKeyLookup,           Bug::kAcknowledgedBeforeCommit,
    Bug::kUnknownTakenForFailed, Bug::kHeadWithoutEntry,
    Bug::kRefusedButWritten,     Bug::kAnotherAnswer,
    Bug::kContentIgnored,        Bug::kStaleRead,
    Bug::kWrongWallet,
};

struct Story {
  std::vector<Attempt> attempts;
  std::vector<Row> rows;
};

// A few hundred calls of eight clients to two processes.
Story Tell(uint64_t seed, Bug bug);

}  // namespace laurel::members::history
