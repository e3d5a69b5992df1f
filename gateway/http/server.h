// The HTTP/1.1 server: limits on everything a client sends and on how long it takes, one request of
// a connection at a time (so pipelined ones are answered in order), and an end in which every
// request that has arrived gets its answer.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include "absl/status/status.h"
#include "gateway/http/head.h"
#include "gateway/http/message.h"

namespace laurel::gateway {

struct HttpOptions {
  HeadLimits head;
  size_t max_body_bytes = 1024 * 1024;  // 413
  size_t max_connections = 4096;        // 503
  int threads = 2;
  std::chrono::milliseconds header_time{10000};  // from a request's first byte: 408
  std::chrono::milliseconds body_time{30000};    // 408
  std::chrono::milliseconds write_time{30000};
  std::chrono::milliseconds idle_time{60000};  // between requests, and before the first
  // During a drain: how long an idle connection may still send a request.
  std::chrono::milliseconds drain_grace{500};
};

class HttpSession;

class HttpServer {
 public:
  struct Callbacks {
    // Answers one request; must not throw.
    std::function<boost::asio::awaitable<HttpResponse>(HttpRequest)> handle;
    // Answers what never became a request: HTTP status, reason for people.
    std::function<HttpResponse(int http_status, std::string_view why)> refuse;
    // Told of every change of the number of connections; may be empty.
    std::function<void(size_t)> connections;
  };
  HttpServer(const HttpOptions& options, Callbacks callbacks);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // `listen` is address:port; port 0 picks one. UNAVAILABLE, NOT_LISTENING.
  absl::Status Start(const std::string& listen);
  int port() const { return port_; }

  // Answers say `Connection: close` from now on; new connections are still taken.
  void AnnounceDrain() { draining_ = true; }
  // Takes what has connected already, accepts no more, lets requests end; after `at_most` closes
  // what is left. Returns when no connection is open and the threads have ended.
  void Drain(std::chrono::milliseconds at_most);

  const HttpOptions& options() const { return options_; }
  const Callbacks& callbacks() const { return callbacks_; }
  bool draining() const { return draining_; }

 private:
  friend class HttpSession;

  boost::asio::awaitable<void> AcceptLoop();
  void Begin(boost::asio::ip::tcp::socket socket);
  void End(HttpSession* session);
  void ForEachSession(const std::function<void(HttpSession&)>& visit);

  const HttpOptions options_;
  const Callbacks callbacks_;
  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::vector<std::thread> threads_;
  int port_ = 0;
  std::atomic<bool> draining_{false};
  std::mutex mutex_;
  std::unordered_set<HttpSession*> sessions_;
  std::condition_variable changed_;
  bool accepting_ = false;
};

}  // namespace laurel::gateway
