// A transaction whose statements travel together: what is sent waits at the client until Flush, and
// all of it takes one round trip. BEGIN travels with the first statements and COMMIT with the last,
// so that a batch of reads and a batch of writes are two round trips. Results come in PostgreSQL's
// binary form. pqxx 6.4 has no pipelines of prepared statements; this is libpq's pipeline mode on
// the connection that pqxx has opened.
//
// A statement that fails takes all that follow it with it, and the transaction. What must not be
// committed has to fail by itself, in SQL: nobody looks between the last statement and the COMMIT.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "lib/db/pool.h"

struct pg_conn;

namespace laurel::db {

// The statements of one connection that name a day (lib/db/sql.h), and which are prepared.
struct DayStatements {
  absl::flat_hash_map<std::string, std::string> texts;  // by name
  absl::flat_hash_set<std::string> prepared;
};

class Pipeline final : public Tx {
 public:
  // Internal to the pool. Takes the connection into pipeline mode until it is destroyed.
  Pipeline(pg_conn* connection, DayStatements& days);
  ~Pipeline() override;
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  // Sends a statement, prepared under `name`, with the next Flush. What goes wrong, Flush says.
  template <typename... Columns>
  void Send(std::string_view name, const Columns&... columns) {
    SendColumns(std::string(name), {std::string_view(columns.binary)...});
  }
  // The same of a statement per day; what its text names must exist.
  template <typename... Columns>
  void SendDay(std::string_view name, int day, const Columns&... columns) {
    SendColumns(PrepareDay(name, day), {std::string_view(columns.binary)...});
  }
  // The rows of every statement sent since the last Flush, in order; or the first error, which
  // ends the transaction.
  absl::StatusOr<std::vector<Rows>> Flush();

  // Sends what waits too, and gives the rows of this statement alone.
  absl::StatusOr<Rows> Run(std::string_view name, const std::vector<Param>& params) override;
  absl::StatusOr<Rows> RunColumns(std::string_view name,
                                  const std::vector<std::string_view>& columns) override;

  // Internal to the pool.
  absl::Status Commit();
  void Rollback();
  // Out of pipeline mode; whether the connection can be used again.
  bool Leave();

 private:
  void SendColumns(const std::string& name, const std::vector<std::string_view>& columns);
  std::string PrepareDay(std::string_view name, int day);
  // A statement without parameters, by its text.
  void SendText(const char* text);
  void Sent(int accepted, bool wanted);
  absl::StatusOr<Rows> FlushForLast();
  absl::Status Await();
  // The next statement's result.
  absl::StatusOr<Rows> Take();
  absl::Status Broken();

  pg_conn* const connection_;
  DayStatements& days_;
  std::vector<bool> waiting_;           // sent since the last Flush; whether its rows are wanted
  std::vector<std::string> preparing_;  // in the same time
  absl::Status failed_;                 // the first error; all that follows meets it
  bool usable_ = true;
  bool left_ = false;
};

}  // namespace laurel::db
