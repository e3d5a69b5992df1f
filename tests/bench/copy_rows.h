// Rows into a table by binary COPY, as the superuser of the benchmark's database: millions of them
// in minutes. Not for the product: nothing there may pass by its own statements.
#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lib/base/uuid.h"

namespace laurel::bench {

struct CloseConnection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using Connection = std::unique_ptr<PGconn, CloseConnection>;

// UNAVAILABLE with the database's words.
absl::StatusOr<Connection> Connect(const std::string& dsn);
// Runs SQL; the first column of the first row, empty if there is none.
absl::StatusOr<std::string> RunSql(PGconn& connection, const std::string& sql);

class CopyRows {
 public:
  // `table` with its columns in brackets.
  static absl::StatusOr<std::unique_ptr<CopyRows>> Begin(PGconn& connection,
                                                         const std::string& table, int columns);
  void Row();  // the next row begins; its columns follow in order
  void Int16(int64_t value) { Number(value, 2); }
  void Int32(int64_t value) { Number(value, 4); }
  void Int64(int64_t value) { Number(value, 8); }
  void Id(const base::Uuid& id) { Bytes(base::ToBytes(id)); }
  void Bytes(std::string_view bytes);  // text too
  void Null();
  void Int64OrNull(int64_t value, int64_t null_value);
  void IdOrNull(const base::Uuid& id);
  void BytesOrNull(std::string_view bytes);
  absl::Status End();

 private:
  CopyRows(PGconn& connection, int columns) : connection_(connection), columns_(columns) {}
  void Raw(int64_t value, int bytes);
  void Number(int64_t value, int bytes);
  void Flush();

  PGconn& connection_;
  const int columns_;
  std::string buffer_;
  bool failed_ = false;
};

}  // namespace laurel::bench
