// One connection: reads a request, has it answered, writes the answer, and so on.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>
#include <string_view>

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
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  // How a request ended, for the connection.
  enum class After { kNext, kClose, kLinger };

  boost::asio::awaitable<bool> ReadHead(HeadScanner* scanner);
  boost::asio::awaitable<After> OneRequest();
  boost::asio::awaitable<After> Serve(Parser* parser, HttpRequest request);
  boost::asio::awaitable<After> Refuse(int http_status, std::string_view why);
  boost::asio::awaitable<bool> Write(const HttpResponse& response, bool head_only, bool keep_alive,
                                     bool http_1_0);
  boost::asio::awaitable<void> Linger();

  HttpServer& server_;
  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
  boost::asio::steady_timer drain_timer_;
  bool idle_ = true;
};

}  // namespace laurel::gateway
