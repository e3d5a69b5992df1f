#include "lib/db/pipeline.h"

#include <libpq-fe.h>
#include <poll.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "lib/db/errors.h"

namespace laurel::db {
namespace {

constexpr int kBinary = 1;

std::string_view TextOf(const char* text) { return text == nullptr ? "" : text; }

}  // namespace

Pipeline::Pipeline(pg_conn* connection, DayStatements& days)
    : connection_(connection), days_(days) {
  // Not blocking: two sides that both write and do not read would wait for each other for ever.
  usable_ = PQsetnonblocking(connection_, 1) == 0 && PQenterPipelineMode(connection_) == 1;
  if (!usable_) failed_ = Broken();
  SendText("BEGIN");
}

Pipeline::~Pipeline() { Leave(); }

bool Pipeline::Leave() {
  if (!std::exchange(left_, true)) {
    usable_ = usable_ && PQstatus(connection_) == CONNECTION_OK &&
              PQexitPipelineMode(connection_) == 1 && PQsetnonblocking(connection_, 0) == 0;
  }
  return usable_;
}

absl::Status Pipeline::Broken() {
  usable_ = false;
  return DatabaseError(absl::StatusCode::kUnavailable, "", TextOf(PQerrorMessage(connection_)));
}

void Pipeline::Sent(int accepted, bool wanted) {
  if (accepted == 1) {
    waiting_.push_back(wanted);
  } else if (failed_.ok()) {
    failed_ = Broken();
  }
}

void Pipeline::SendText(const char* text) {
  if (!failed_.ok()) return;
  Sent(PQsendQueryParams(connection_, text, 0, nullptr, nullptr, nullptr, nullptr, kBinary), false);
}

void Pipeline::SendColumns(const std::string& name, const std::vector<std::string_view>& columns) {
  if (!failed_.ok()) return;
  std::vector<const char*> values;
  std::vector<int> lengths;
  const std::vector<int> formats(columns.size(), kBinary);
  values.reserve(columns.size());
  lengths.reserve(columns.size());
  for (const std::string_view column : columns) {
    values.push_back(column.data());
    lengths.push_back(static_cast<int>(column.size()));
  }
  Sent(PQsendQueryPrepared(connection_, name.c_str(), static_cast<int>(columns.size()),
                           values.data(), lengths.data(), formats.data(), kBinary),
       true);
}

std::string Pipeline::PrepareDay(std::string_view name, int day) {
  std::string prepared = std::string(name) + "_d" + std::to_string(day);
  if (!failed_.ok() || !days_.prepared.insert(prepared).second) return prepared;
  std::string text = days_.texts.at(std::string(name));
  for (size_t at = 0; (at = text.find(kDay, at)) != std::string::npos;) {
    text.replace(at, kDay.size(), std::to_string(day));
  }
  preparing_.push_back(prepared);
  Sent(PQsendPrepare(connection_, prepared.c_str(), text.c_str(), 0, nullptr), false);
  return prepared;
}

absl::StatusOr<Rows> Pipeline::Run(std::string_view name, const std::vector<Param>& params) {
  if (failed_.ok()) {
    std::vector<const char*> values;
    values.reserve(params.size());
    for (const Param& param : params) values.push_back(param ? param->c_str() : nullptr);
    Sent(
        PQsendQueryPrepared(connection_, std::string(name).c_str(), static_cast<int>(params.size()),
                            values.data(), nullptr, nullptr, kBinary),
        true);
  }
  return FlushForLast();
}

absl::StatusOr<Rows> Pipeline::RunColumns(std::string_view name,
                                          const std::vector<std::string_view>& columns) {
  SendColumns(std::string(name), columns);
  return FlushForLast();
}

absl::StatusOr<Rows> Pipeline::FlushForLast() {
  absl::StatusOr<std::vector<Rows>> rows = Flush();
  if (!rows.ok()) return rows.status();
  return std::move(rows->back());
}

// Until a result can be taken without waiting; sends meanwhile what the socket would not take.
absl::Status Pipeline::Await() {
  while (PQisBusy(connection_) == 1) {
    const int unsent = PQflush(connection_);
    if (unsent < 0) return Broken();
    pollfd socket{.fd = PQsocket(connection_),
                  .events = static_cast<int16_t>(POLLIN | (unsent == 1 ? POLLOUT : 0)),
                  .revents = 0};
    if (poll(&socket, 1, -1) < 0 && errno != EINTR) return Broken();
    if ((socket.revents & ~POLLOUT) != 0 && PQconsumeInput(connection_) != 1) return Broken();
  }
  return absl::OkStatus();
}

absl::StatusOr<Rows> Pipeline::Take() {
  LAUREL_RETURN_IF_ERROR(Await());
  const std::shared_ptr<PGresult> result(PQgetResult(connection_), PQclear);
  if (result == nullptr) return Broken();
  LAUREL_RETURN_IF_ERROR(Await());
  if (PGresult* const end = PQgetResult(connection_); end != nullptr) {
    PQclear(end);
    return Broken();
  }
  switch (PQresultStatus(result.get())) {
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK: {
      const std::string_view affected = TextOf(PQcmdTuples(result.get()));
      const size_t count = affected.empty() ? 0 : std::stoul(std::string(affected));
      const auto size = static_cast<size_t>(PQntuples(result.get()));
      return Rows::Binary(result, size, count);
    }
    case PGRES_PIPELINE_ABORTED:
      return DatabaseError(absl::StatusCode::kInternal, "", "a statement before it has failed");
    default: {
      const std::string_view state = TextOf(PQresultErrorField(result.get(), PG_DIAG_SQLSTATE));
      const std::string_view text = TextOf(PQresultErrorMessage(result.get()));
      if (state.empty()) return Broken();
      return SqlError(state, text);
    }
  }
}

absl::StatusOr<std::vector<Rows>> Pipeline::Flush() {
  if (failed_.ok() && PQpipelineSync(connection_) != 1) failed_ = Broken();
  if (!failed_.ok()) return failed_;
  const std::vector<bool> waited = std::exchange(waiting_, {});
  std::vector<Rows> rows;
  rows.reserve(waited.size());
  absl::Status first;
  for (const bool wanted : waited) {
    absl::StatusOr<Rows> taken = Take();
    if (!usable_) {
      failed_ = taken.status();
      return failed_;
    }
    if (!taken.ok()) {
      if (first.ok()) first = taken.status();
    } else if (wanted) {
      rows.push_back(*std::move(taken));
    }
  }
  LAUREL_RETURN_IF_ERROR(Await());
  const std::shared_ptr<PGresult> sync(PQgetResult(connection_), PQclear);
  if (sync == nullptr || PQresultStatus(sync.get()) != PGRES_PIPELINE_SYNC) return Broken();
  if (!first.ok()) {
    // Whether they came to be prepared is not known: not worth finding out.
    usable_ = preparing_.empty();
  }
  preparing_.clear();
  failed_ = std::move(first);
  if (!failed_.ok()) return failed_;
  return rows;
}

absl::Status Pipeline::Commit() {
  SendText("COMMIT");
  absl::Status status = Flush().status();
  if (absl::IsUnavailable(status)) {
    return DatabaseError(absl::StatusCode::kUnknown, "", "the commit's answer was lost");
  }
  return status;
}

void Pipeline::Rollback() {
  if (!usable_) return;
  failed_ = absl::OkStatus();
  SendText("ROLLBACK");
  if (!Flush().ok()) usable_ = false;
}

}  // namespace laurel::db
