#include "lib/db/pool.h"

#include <condition_variable>
#include <mutex>
#include <pqxx/pqxx>
#include <random>
#include <thread>

#include "absl/time/clock.h"
#include "lib/base/check.h"
#include "lib/base/strings.h"
#include "lib/db/errors.h"
#include "lib/db/pipeline.h"
#include "lib/status/error.h"

namespace laurel::db {

namespace {

// Statements are planned once, when the connection opens, perhaps over empty tables: a plan made
// then must be right for full ones too. Every table has an index for every statement, so the ways
// that read it all are off; and a plan that costs little is not worth compiling.
//
// A transaction that waits for us longer than a minute is ended: a process that was stopped between
// deciding a batch and committing it must not commit it minutes later, in an hour that has been
// sealed meanwhile (members-svc/jobs/seal_roots.h), nor hold its locks for as long.
constexpr char kSettings[] =
    " -c plan_cache_mode=force_generic_plan -c timezone=UTC -c jit=off -c enable_seqscan=off"
    " -c enable_hashjoin=off -c enable_mergejoin=off"
    " -c idle_in_transaction_session_timeout=60000";

// pqxx keeps libpq's connection to itself; its policy, which opens it, may know it.
class KnownPolicy : public pqxx::connect_direct {
 public:
  using connect_direct::connect_direct;
  handle do_startconnect(handle before) override {
    return known_ = connect_direct::do_startconnect(before);
  }
  handle known() const { return known_; }

 private:
  handle known_ = nullptr;
};

class PqxxConnection : public pqxx::connection_base {
 public:
  explicit PqxxConnection(const std::string& dsn) : connection_base(policy_), policy_(dsn) {
    init();
  }
  ~PqxxConnection() noexcept { close(); }
  pg_conn* raw() const { return policy_.known(); }

 private:
  KnownPolicy policy_;
};

}  // namespace

class ConnectionImpl {
 public:
  ConnectionImpl(const PoolOptions& options, const std::vector<SqlText>& statements)
      : connection_(options.dsn + " application_name=" + options.application_name +
                    " options='-c statement_timeout=" +
                    std::to_string(absl::ToInt64Milliseconds(options.statement_timeout)) +
                    kSettings + "'") {
    // Left alone, pqxx reconnects silently and loses prepared statements and settings.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    connection_.inhibit_reactivation(true);
#pragma GCC diagnostic pop
    for (const SqlText& statement : statements) {
      if (std::string_view(statement.text).find(kDay) != std::string_view::npos) {
        days_.texts[statement.name] = statement.text;
        continue;
      }
      try {
        connection_.prepare(statement.name, statement.text);
        connection_.prepare_now(statement.name);
      } catch (const pqxx::sql_error& error) {
        throw pqxx::sql_error(std::string("statement ") + statement.name + ": " + error.what(),
                              statement.text, error.sqlstate().c_str());
      }
    }
  }
  pqxx::connection_base& get() { return connection_; }

  pg_conn* raw() const { return connection_.raw(); }
  DayStatements& days() { return days_; }

 private:
  PqxxConnection connection_;
  DayStatements days_;
};

namespace {

class PqxxTx final : public Tx {
 public:
  explicit PqxxTx(pqxx::transaction_base& tx) : tx_(tx) {}

  absl::StatusOr<Rows> Run(std::string_view name, const std::vector<Param>& params) override {
    std::vector<const char*> values;
    values.reserve(params.size());
    for (const Param& param : params) values.push_back(param ? param->c_str() : nullptr);
    return Execute(name, values);
  }

  absl::StatusOr<Rows> RunColumns(std::string_view name,
                                  const std::vector<std::string_view>& columns) override {
    std::vector<pqxx::binarystring> values;
    values.reserve(columns.size());
    for (const std::string_view column : columns) values.emplace_back(column.data(), column.size());
    return Execute(name, values);
  }

 private:
  template <typename Values>
  absl::StatusOr<Rows> Execute(std::string_view name, const Values& values) {
    absl::Status status = Catching([&] {
      auto result = std::make_shared<pqxx::result>(
          tx_.exec_prepared(std::string(name), pqxx::prepare::make_dynamic_params(values)));
      const size_t size = result->size();
      const size_t affected = result->affected_rows();
      rows_ = Rows::Text(std::move(result), size, affected);
    });
    if (!status.ok()) return status;
    return std::move(rows_);
  }

  pqxx::transaction_base& tx_;
  Rows rows_;
};

constexpr int kTries = 5;
constexpr absl::Duration kPatience = absl::Seconds(2);  // of TransactOnce, for a connection
// Of Open: a database that starts or recovers takes no connection yet.
constexpr absl::Duration kPatienceAtStart = absl::Seconds(10);

bool WorthAnotherTry(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kUnknown:
      return IsDatabaseError(status);
    default:
      return false;
  }
}

}  // namespace

struct Pool::State {
  PoolOptions options;
  std::vector<SqlText> statements;
  std::mutex mutex;
  std::condition_variable freed;
  std::vector<std::unique_ptr<ConnectionImpl>> idle;
  size_t open = 0;
  size_t in_use = 0;
  size_t waiting = 0;
  int64_t timeouts = 0;
  std::mt19937 jitter{std::random_device{}()};
};

Pool::Pool(PoolOptions options, std::vector<SqlText> statements)
    : state_(std::make_unique<State>()) {
  state_->options = std::move(options);
  state_->statements = std::move(statements);
}
Pool::~Pool() = default;

absl::StatusOr<std::unique_ptr<Pool>> Pool::Open(PoolOptions options,
                                                 std::vector<SqlText> statements,
                                                 bool allow_unsafe_server) {
  std::unique_ptr<Pool> pool(new Pool(std::move(options), std::move(statements)));
  const absl::Time deadline = absl::Now() + kPatienceAtStart;
  auto acquired = pool->Acquire(deadline);
  while (absl::IsUnavailable(acquired.status()) && absl::Now() < deadline) {
    absl::SleepFor(absl::Milliseconds(100));
    acquired = pool->Acquire(deadline);
  }
  if (!acquired.ok()) return acquired.status();
  std::unique_ptr<ConnectionImpl> first = *std::move(acquired);
  std::string unsafe;
  const absl::Status checked = Catching([&] {
    pqxx::nontransaction tx(first->get());
    for (const char* setting : {"fsync", "full_page_writes", "synchronous_commit"}) {
      const std::string value = tx.exec1(std::string("SHOW ") + setting)[0].c_str();
      if (value == "off") unsafe += std::string(" ") + setting;
    }
  });
  pool->Release(std::move(first), checked.ok());
  if (!checked.ok()) return checked;
  if (!unsafe.empty() && !allow_unsafe_server) {
    return absl::FailedPreconditionError("the database may lose commits; these are off:" + unsafe);
  }
  return pool;
}

absl::StatusOr<std::unique_ptr<ConnectionImpl>> Pool::Acquire(absl::Time deadline) {
  State& s = *state_;
  {
    std::unique_lock lock(s.mutex);
    ++s.waiting;
    const bool got = s.freed.wait_until(lock, absl::ToChronoTime(deadline), [&s] {
      return !s.idle.empty() || s.open < s.options.size;
    });
    --s.waiting;
    if (!got) {
      ++s.timeouts;
      return DatabaseError(absl::StatusCode::kDeadlineExceeded, "", "no connection free in time");
    }
    ++s.in_use;
    if (!s.idle.empty()) {
      auto connection = std::move(s.idle.back());
      s.idle.pop_back();
      return connection;
    }
    ++s.open;
  }
  std::unique_ptr<ConnectionImpl> connection;
  absl::Status status =
      Catching([&] { connection = std::make_unique<ConnectionImpl>(s.options, s.statements); });
  if (status.ok()) return connection;
  Release(nullptr, false);
  return status;
}

void Pool::Release(std::unique_ptr<ConnectionImpl> connection, bool healthy) {
  State& s = *state_;
  {
    const std::scoped_lock lock(s.mutex);
    --s.in_use;
    if (healthy) {
      s.idle.push_back(std::move(connection));
    } else {
      // What broke one connection has most likely broken the idle ones too.
      --s.open;
      s.open -= s.idle.size();
      s.idle.clear();
    }
  }
  s.freed.notify_all();
}

absl::Status Pool::RunOnce(absl::Time deadline, Mode mode, const Body& body) {
  const bool transaction = mode != Mode::kNone;
  LAUREL_ASSIGN_OR_RETURN(auto connection, Acquire(deadline));
  bool committing = false;
  absl::Status result = absl::OkStatus();
  const auto limit = [&](pqxx::transaction_base& tx) {
    const absl::Duration left = deadline - absl::Now();
    if (left >= state_->options.statement_timeout) return;
    tx.exec0(std::string(transaction ? "SET LOCAL" : "SET") + " statement_timeout = " +
             std::to_string(std::max<int64_t>(1, absl::ToInt64Milliseconds(left))));
  };
  const absl::Status caught = Catching([&] {
    if (transaction) {
      pqxx::work tx(connection->get());
      if (mode == Mode::kSnapshot) {
        tx.exec0("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
      }
      limit(tx);
      PqxxTx wrapped(tx);
      result = body(wrapped);
      if (!result.ok()) return;
      committing = true;
      tx.commit();
    } else {
      pqxx::nontransaction tx(connection->get());
      limit(tx);
      PqxxTx wrapped(tx);
      result = body(wrapped);
    }
  });
  bool healthy = connection->get().is_open() && caught.code() != absl::StatusCode::kUnavailable &&
                 caught.code() != absl::StatusCode::kUnknown &&
                 !(IsDatabaseError(result) && result.code() == absl::StatusCode::kUnavailable);
  if (healthy && !transaction) {
    healthy = Catching([&] {
                pqxx::nontransaction tx(connection->get());
                if (deadline - absl::Now() < state_->options.statement_timeout) {
                  tx.exec0("RESET statement_timeout");
                }
              }).ok();
  }
  Release(std::move(connection), healthy);
  if (!caught.ok()) {
    if (committing && caught.code() == absl::StatusCode::kUnavailable) {
      return DatabaseError(absl::StatusCode::kUnknown, "", "the commit's answer was lost");
    }
    return caught;
  }
  return result;
}

absl::Status Pool::Read(absl::Time deadline, const Body& body) {
  absl::Status status = RunOnce(deadline, Mode::kNone, body);
  // A connection that died while idle is found out only by using it.
  for (int i = 0; i < 2 && IsDatabaseError(status) && absl::IsUnavailable(status); ++i) {
    status = RunOnce(deadline, Mode::kNone, body);
  }
  return status;
}

absl::Status Pool::Snapshot(absl::Time deadline, const Body& body) {
  return RunOnce(deadline, Mode::kSnapshot, body);
}

absl::Status Pool::Transact(absl::Time deadline, const Body& body) {
  absl::Status status;
  for (int attempt = 0; attempt < kTries; ++attempt) {
    status = RunOnce(deadline, Mode::kTransaction, body);
    if (status.ok() || !WorthAnotherTry(status) || absl::Now() >= deadline) return status;
    absl::Duration pause;
    {
      const std::scoped_lock lock(state_->mutex);
      pause = absl::Microseconds(static_cast<int64_t>(state_->jitter() % (1000U << attempt)));
    }
    absl::SleepFor(std::min(pause, deadline - absl::Now()));
  }
  return status;
}

absl::Status Pool::TransactOnce(const std::function<absl::Status(Pipeline&)>& body) {
  LAUREL_ASSIGN_OR_RETURN(auto connection, Acquire(absl::Now() + kPatience));
  Pipeline pipeline(connection->raw(), connection->days());
  absl::Status status = body(pipeline);
  if (status.ok()) status = pipeline.Commit();
  if (!status.ok()) pipeline.Rollback();
  const bool healthy = pipeline.Leave();
  Release(std::move(connection), healthy);
  return status;
}

size_t Pool::in_use() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->in_use;
}
size_t Pool::waiting() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->waiting;
}
int64_t Pool::timeouts() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->timeouts;
}
size_t Pool::size() const { return state_->options.size; }

}  // namespace laurel::db
