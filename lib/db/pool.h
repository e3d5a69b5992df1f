// Connections, transactions and their errors: the only place that catches pqxx.
//
// A Pool opens its connections with every statement prepared, so that a broken one stops the start.
// Waiting for a connection ends at the caller's deadline. Errors come back as absl::Status:
//   kAborted            another transaction was in the way (40001, 40P01): run again
//   kAlreadyExists      a unique key was violated (23505)
//   kUnknown            the commit was sent and its answer lost: it may or may not have happened
//   kUnavailable        no connection, or it broke before the commit: nothing happened
//   kDeadlineExceeded   no connection in time, or statement_timeout
//   kInternal           anything else: a broken invariant (the text is for the log)
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lib/db/sql.h"
#include "lib/db/values.h"
#include "lib/status/error.h"

namespace laurel::db {

class ConnectionImpl;
class Pipeline;

// A transaction, or a connection outside one. Not thread-safe.
class Tx {
 public:
  virtual ~Tx() = default;
  // Runs the prepared statement `name` with the parameters in their order.
  template <typename... Args>
  absl::StatusOr<Rows> Query(std::string_view name, const Args&... args) {
    if constexpr (sizeof...(Args) > 0 && (std::is_same_v<Args, Column> && ...)) {
      return RunColumns(name, {std::string_view(args.binary)...});
    } else {
      return Run(name, std::vector<Param>{ToParam(args)...});
    }
  }
  virtual absl::StatusOr<Rows> Run(std::string_view name, const std::vector<Param>& params) = 0;
  virtual absl::StatusOr<Rows> RunColumns(std::string_view name,
                                          const std::vector<std::string_view>& columns) = 0;
};

struct PoolOptions {
  std::string dsn;
  size_t size = 8;
  // statement_timeout of every statement unless a deadline is nearer.
  absl::Duration statement_timeout = absl::Seconds(10);
  std::string application_name = "laurel";
};

class Pool {
 public:
  // Opens one connection to check DSN, server settings (fsync, full_page_writes and
  // synchronous_commit must be on unless `allow_unsafe_server`) and statements; the others open
  // when they are needed.
  static absl::StatusOr<std::unique_ptr<Pool>> Open(PoolOptions options,
                                                    std::vector<SqlText> statements,
                                                    bool allow_unsafe_server = false);
  ~Pool();

  using Body = std::function<absl::Status(Tx&)>;
  // One read-only look, outside a transaction block: each statement has its own snapshot.
  absl::Status Read(absl::Time deadline, const Body& body);
  // Several reads of one instant: a read-only transaction with one snapshot.
  absl::Status Snapshot(absl::Time deadline, const Body& body);
  // Runs `body` in one transaction and commits; an error rolls back and is returned. Run again, up
  // to five times, after kAborted, kAlreadyExists, kUnavailable and kUnknown, so `body` must find
  // its own earlier commit (idempotency::Once) and must not keep results of a failed run.
  absl::Status Transact(absl::Time deadline, const Body& body);
  // One transaction as a Pipeline (lib/db/pipeline.h), once, with no second try and no SET: for the
  // batcher, which knows better.
  absl::Status TransactOnce(const std::function<absl::Status(Pipeline&)>& body);

  size_t in_use() const;
  // Who waits for a connection now, and how many have waited in vain since the start.
  size_t waiting() const;
  int64_t timeouts() const;
  size_t size() const;

 private:
  class Lease;
  Pool(PoolOptions options, std::vector<SqlText> statements);
  absl::StatusOr<std::unique_ptr<ConnectionImpl>> Acquire(absl::Time deadline);
  void Release(std::unique_ptr<ConnectionImpl> connection, bool healthy);
  enum class Mode { kNone, kSnapshot, kTransaction };
  absl::Status RunOnce(absl::Time deadline, Mode mode, const Body& body);

  struct State;
  std::unique_ptr<State> state_;
};

// The value computed by a transaction's body.
template <typename T>
absl::StatusOr<T> TransactFor(Pool& pool, absl::Time deadline,
                              const std::function<absl::StatusOr<T>(Tx&)>& body) {
  absl::StatusOr<T> result = absl::UnknownError("not run");
  const absl::Status status = pool.Transact(deadline, [&](Tx& tx) {
    result = body(tx);
    return result.status();
  });
  if (!status.ok()) return status;
  return result;
}
template <typename T>
absl::StatusOr<T> ReadFor(Pool& pool, absl::Time deadline,
                          const std::function<absl::StatusOr<T>(Tx&)>& body) {
  absl::StatusOr<T> result = absl::UnknownError("not run");
  const absl::Status status = pool.Read(deadline, [&](Tx& tx) {
    result = body(tx);
    return result.status();
  });
  if (!status.ok()) return status;
  return result;
}

// A conflict found by the body itself: kAborted, so that Transact runs it again.
absl::Status Conflict(std::string_view what);

// Whether a status that came out of a Tx says that the database refused or failed, as opposed to a
// business refusal made by the body (those carry a reason).
bool IsDatabaseError(const absl::Status& status);
// The five characters of the SQLSTATE, empty if there is none.
std::string SqlStateOf(const absl::Status& status);

}  // namespace laurel::db
