#include "tests/bench/copy_rows.h"

#include "lib/status/error.h"

namespace laurel::bench {
namespace {

constexpr size_t kFlushBytes = 1 << 20;

absl::Status Error(PGconn& connection) {
  return absl::UnavailableError(PQerrorMessage(&connection));
}

}  // namespace

absl::StatusOr<Connection> Connect(const std::string& dsn) {
  Connection connection(PQconnectdb(dsn.c_str()));
  if (PQstatus(connection.get()) != CONNECTION_OK) return Error(*connection);
  return connection;
}

absl::StatusOr<std::string> RunSql(PGconn& connection, const std::string& sql) {
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(&connection, sql.c_str()),
                                                             &PQclear);
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) return Error(connection);
  const bool any = PQntuples(result.get()) > 0 && PQnfields(result.get()) > 0;
  return std::string(any ? PQgetvalue(result.get(), 0, 0) : "");
}

absl::StatusOr<std::unique_ptr<CopyRows>> CopyRows::Begin(PGconn& connection,
                                                          const std::string& table, int columns) {
  const std::string sql = "COPY " + table + " FROM STDIN (FORMAT binary)";
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(&connection, sql.c_str()),
                                                             &PQclear);
  if (PQresultStatus(result.get()) != PGRES_COPY_IN) return Error(connection);
  std::unique_ptr<CopyRows> copy(new CopyRows(connection, columns));
  copy->buffer_ = std::string("PGCOPY\n\377\r\n\0", 11);
  copy->Raw(0, 4);
  copy->Raw(0, 4);
  return copy;
}

void CopyRows::Raw(int64_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
    buffer_.push_back(static_cast<char>(static_cast<uint64_t>(value) >> shift));
  }
}

void CopyRows::Number(int64_t value, int bytes) {
  Raw(bytes, 4);
  Raw(value, bytes);
}

void CopyRows::Row() {
  if (buffer_.size() > kFlushBytes) Flush();
  Raw(columns_, 2);
}

void CopyRows::Bytes(std::string_view bytes) {
  Raw(static_cast<int64_t>(bytes.size()), 4);
  buffer_.append(bytes);
}

void CopyRows::Null() { Raw(-1, 4); }

void CopyRows::Int64OrNull(int64_t value, int64_t null_value) {
  if (value == null_value) {
    Null();
  } else {
    Int64(value);
  }
}

void CopyRows::IdOrNull(const base::Uuid& id) {
  if (id.IsZero()) {
    Null();
  } else {
    Id(id);
  }
}

void CopyRows::BytesOrNull(std::string_view bytes) {
  if (bytes.empty()) {
    Null();
  } else {
    Bytes(bytes);
  }
}

void CopyRows::Flush() {
  failed_ |= PQputCopyData(&connection_, buffer_.data(), static_cast<int>(buffer_.size())) != 1;
  buffer_.clear();
}

absl::Status CopyRows::End() {
  Raw(-1, 2);
  Flush();
  if (failed_ || PQputCopyEnd(&connection_, nullptr) != 1) return Error(connection_);
  absl::Status status;
  while (PGresult* result = PQgetResult(&connection_)) {
    if (PQresultStatus(result) != PGRES_COMMAND_OK) status = Error(connection_);
    PQclear(result);
  }
  return status;
}

}  // namespace laurel::bench
