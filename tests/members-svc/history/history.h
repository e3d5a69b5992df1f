// The history check: what clients sent and were told, with the times at which they sent and were
// told it, read against the entries that the ledger has afterwards. The order of a wallet's entries
// is their seq; everything that a client saw must have a place in it.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace laurel::members::history {

enum class Kind { kEarn, kSpend, kRead };
// kUnknown: no answer, or one that does not say whether it happened.
enum class Outcome { kDone, kRefused, kUnknown };

inline constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

// One call. The same request id may be sent again, with the same content or another.
struct Attempt {
  std::string request_id = {};  // empty: a read
  int wallet = 0;
  Kind kind = Kind::kRead;
  int64_t amount = 0;
  int64_t sent = 0;       // when, on the clients' one clock
  int64_t told = kNever;  // when the answer came; kNever: unknown
  Outcome outcome = Outcome::kUnknown;
  std::string reason = {};  // of a refusal
  int64_t seq = 0;          // as answered
  int64_t after = 0;        // as answered: the active balance; of a read, what was read
};

// An entry as the ledger has it.
struct Row {
  int wallet = 0;
  int64_t seq = 0;
  int64_t delta = 0;
  int64_t after = 0;
  std::string request_id = {};
};

// Everything that does not fit, in words; empty: the history is one that a correct ledger gives.
//  - per wallet seq is gapless, balances run, none is below zero
//  - a request id has one entry at most, with the content that was sent (no double, no phantom)
//  - what was acknowledged is there as it was answered; the same id has the same answer
//  - what was only ever refused is not there; a refusal has a moment at which it was right
//  - what was told before another was sent stands before it
//  - a read sees a balance that held between its sending and its answer
std::vector<std::string> FaultsOf(const std::vector<Attempt>& attempts,
                                  const std::vector<Row>& rows);

}  // namespace laurel::members::history
