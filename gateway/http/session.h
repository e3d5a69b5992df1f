// One connection: reads a request, has it answered, writes the answer, and so on.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

#include "gateway/http/body.h"
#include "gateway/http/message.h"
#include "gateway/http/server.h"

namespace laurel::gateway {

class HttpSession : public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(HttpServer& server, boost::asio::ip::tcp::socket socket);
  ~HttpSession();

  boost::asio::awaitable<void> Run();
  // For a connection too many: says so and closes.
  boost::asio::awaitable<void> TurnAway();
  // From any thread. Ends the connection after the present request, or after the grace when idle.
  void BeginDrain();
  // From any thread: at once.
  void Abort();

 private:
  // How a request ended, for the connection.
  enum class After { kNext, kClose, kLinger };
  // What is known of a request beside its content.
  struct Framing {
    bool keep_alive = false;
    bool http_1_0 = false;
  };

  // From now on the connection's reads and writes fail once that time has passed.
  void StartTimer(std::chrono::milliseconds time);
  void StopTimer();
  void OnTimer(uint64_t generation);

  // One more piece into the buffer; false when the client has gone or the time is up.
  boost::asio::awaitable<bool> ReadMore();
  boost::asio::awaitable<bool> ReadHead(HeadScanner* scanner);
  boost::asio::awaitable<After> OneRequest();
  boost::asio::awaitable<After> Serve(HttpRequest request, Framing framing);
  boost::asio::awaitable<bool> SendContinue();
  boost::asio::awaitable<After> Refuse(int http_status, std::string_view why);
  boost::asio::awaitable<bool> Write(const HttpResponse& response, bool head_only, Framing framing);
  boost::asio::awaitable<void> Linger();

  HttpServer& server_;
  boost::asio::ip::tcp::socket socket_;
  boost::beast::flat_buffer buffer_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer drain_timer_;
  uint64_t timer_generation_ = 0;
  bool timed_out_ = false;
  bool idle_ = true;
};

}  // namespace laurel::gateway
