#include "gateway/http/server.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "gateway/http/session.h"
#include "lib/status/error.h"

namespace laurel::gateway {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

absl::Status NotListening(const std::string& listen, std::string_view what) {
  return status::Error(absl::StatusCode::kUnavailable, "NOT_LISTENING",
                       "cannot listen on " + listen + ": " + std::string(what));
}

}  // namespace

HttpServer::HttpServer(const HttpOptions& options, Callbacks callbacks)
    : options_(options), callbacks_(std::move(callbacks)), acceptor_(asio::make_strand(context_)) {}

HttpServer::~HttpServer() { Drain(std::chrono::milliseconds(0)); }

absl::Status HttpServer::Start(const std::string& listen) {
  const size_t colon = listen.rfind(':');
  if (colon == std::string::npos) return NotListening(listen, "not address:port");
  boost::system::error_code ec;
  tcp::resolver resolver(context_);
  const auto found = resolver.resolve(listen.substr(0, colon), listen.substr(colon + 1),
                                      tcp::resolver::passive, ec);
  if (ec || found.empty()) return NotListening(listen, ec.message());
  const tcp::endpoint endpoint = found.begin()->endpoint();
  acceptor_.open(endpoint.protocol(), ec);
  if (!ec) acceptor_.set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec) acceptor_.bind(endpoint, ec);
  if (!ec) acceptor_.listen(asio::socket_base::max_listen_connections, ec);
  if (ec) return NotListening(listen, ec.message());
  port_ = acceptor_.local_endpoint().port();
  accepting_ = true;
  asio::co_spawn(acceptor_.get_executor(), AcceptLoop(), asio::detached);
  for (int i = 0; i < options_.threads; ++i) {
    threads_.emplace_back([this] { context_.run(); });
  }
  return absl::OkStatus();
}

asio::awaitable<void> HttpServer::AcceptLoop() {
  asio::steady_timer pause(acceptor_.get_executor());
  while (acceptor_.is_open()) {
    tcp::socket socket(asio::make_strand(context_));
    const auto [ec] = co_await acceptor_.async_accept(socket, kTuple);
    if (!ec) {
      Begin(std::move(socket));
    } else if (ec == asio::error::operation_aborted) {
      break;
    } else {
      // Out of file descriptors, most likely: trying again at once would only burn the processor.
      pause.expires_after(std::chrono::milliseconds(20));
      co_await pause.async_wait(kTuple);
    }
  }
}

void HttpServer::Begin(tcp::socket socket) {
  auto executor = socket.get_executor();
  auto session = std::make_shared<HttpSession>(*this, std::move(socket));
  bool too_many = false;
  size_t open = 0;
  {
    const std::lock_guard lock(mutex_);
    too_many = sessions_.size() >= options_.max_connections;
    sessions_.insert(session.get());
    open = sessions_.size();
  }
  if (callbacks_.connections) callbacks_.connections(open);
  auto run = [session, too_many]() -> asio::awaitable<void> {
    if (too_many) {
      co_await session->TurnAway();
    } else {
      co_await session->Run();
    }
  };
  asio::co_spawn(executor, std::move(run), asio::detached);
}

void HttpServer::End(HttpSession* session) {
  size_t open = 0;
  {
    const std::lock_guard lock(mutex_);
    sessions_.erase(session);
    open = sessions_.size();
    changed_.notify_all();
  }
  if (callbacks_.connections) callbacks_.connections(open);
}

void HttpServer::ForEachSession(const std::function<void(HttpSession&)>& visit) {
  const std::lock_guard lock(mutex_);
  for (HttpSession* session : sessions_) visit(*session);
}

void HttpServer::Drain(std::chrono::milliseconds at_most) {
  if (threads_.empty()) return;
  draining_ = true;
  asio::steady_timer limit(acceptor_.get_executor());
  auto stop_accepting = [this, at_most, &limit] {
    // What the kernel has completed is accepted: its client believes itself connected.
    boost::system::error_code ec;
    acceptor_.cancel(ec);
    acceptor_.non_blocking(true, ec);
    while (!ec) {
      tcp::socket socket(asio::make_strand(context_));
      acceptor_.accept(socket, ec);
      if (!ec) Begin(std::move(socket));
    }
    acceptor_.close(ec);
    {
      const std::lock_guard lock(mutex_);
      accepting_ = false;
      changed_.notify_all();
    }
    ForEachSession([](HttpSession& session) { session.BeginDrain(); });
    limit.expires_after(at_most);
    limit.async_wait([this](boost::system::error_code too_late) {
      if (!too_late) ForEachSession([](HttpSession& session) { session.Abort(); });
    });
  };
  asio::post(acceptor_.get_executor(), stop_accepting);
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return sessions_.empty() && !accepting_; });
  }
  // The threads end when nothing is left to do; the timer alone must not keep them.
  asio::post(acceptor_.get_executor(), [&limit] { limit.cancel(); });
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace laurel::gateway
