#include "gateway/http/session.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/http/problem.h"
#include "lib/base/strings.h"

namespace laurel::gateway {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

constexpr size_t kReadBytes = 8 * 1024;
// What a refused client may still send before its answer would be lost to a reset.
constexpr size_t kMaxLingerBytes = 4 * 1024 * 1024;
constexpr std::chrono::seconds kMaxLingerTime(2);

std::string_view View(const beast::flat_buffer& buffer) {
  return {static_cast<const char*>(buffer.data().data()), buffer.data().size()};
}

template <typename Fields>
HttpRequest ToRequest(const Fields& message) {
  HttpRequest request;
  request.method = std::string(message.method_string());
  const std::string target(message.target());
  const size_t mark = target.find('?');
  request.path = target.substr(0, mark);
  if (mark != std::string::npos) request.query = target.substr(mark + 1);
  for (const auto& field : message) {
    std::string name(field.name_string());
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    request.headers.emplace_back(std::move(name), std::string(field.value()));
  }
  return request;
}

bool HasBody(const HttpRequest& request) {
  return request.CountHeaders("transfer-encoding") > 0 ||
         (request.CountHeaders("content-length") > 0 && *request.Header("content-length") != "0");
}

}  // namespace

HttpSession::HttpSession(HttpServer& server, asio::ip::tcp::socket socket)
    : server_(server), stream_(std::move(socket)), drain_timer_(stream_.get_executor()) {
  boost::system::error_code ec;
  stream_.socket().set_option(asio::ip::tcp::no_delay(true), ec);
}

HttpSession::~HttpSession() { server_.End(this); }

void HttpSession::BeginDrain() {
  auto wait = [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self || !self->idle_) return;
    self->drain_timer_.expires_after(self->server_.options().drain_grace);
    self->drain_timer_.async_wait([weak](boost::system::error_code ec) {
      const auto session = weak.lock();
      if (!ec && session && session->idle_) session->stream_.cancel();
    });
  };
  asio::post(stream_.get_executor(), std::move(wait));
}

void HttpSession::Abort() {
  asio::post(stream_.get_executor(), [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->stream_.close();
  });
}

asio::awaitable<void> HttpSession::TurnAway() {
  co_await Refuse(503, "there are too many connections");
  co_await Linger();
}

asio::awaitable<void> HttpSession::Run() {
  After after = After::kNext;
  while (after == After::kNext) after = co_await OneRequest();
  if (after == After::kLinger) co_await Linger();
  boost::system::error_code ec;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_both, ec);
}

// True when the head is complete or refused; false when the client has gone or sent nothing.
asio::awaitable<bool> HttpSession::ReadHead(HeadScanner* scanner) {
  idle_ = buffer_.size() == 0;
  if (idle_) stream_.expires_after(server_.options().idle_time);
  bool timed = false;
  while (true) {
    if (buffer_.size() > 0) {
      idle_ = false;
      if (scanner->Scan(View(buffer_)) != HeadScanner::State::kMore) co_return true;
      if (!timed) stream_.expires_after(server_.options().header_time);
      timed = true;
    }
    const auto [ec, count] = co_await stream_.async_read_some(buffer_.prepare(kReadBytes), kTuple);
    buffer_.commit(count);
    if (ec == beast::error::timeout && buffer_.size() > 0) {
      scanner->TimeOut();
      co_return true;
    }
    if (ec) co_return false;
  }
}

asio::awaitable<HttpSession::After> HttpSession::OneRequest() {
  HeadScanner scanner(server_.options().head);
  if (!co_await ReadHead(&scanner)) co_return After::kClose;
  if (scanner.http_status() != 0) co_return co_await Refuse(scanner.http_status(), scanner.why());

  Parser parser;
  parser.header_limit(static_cast<std::uint32_t>(server_.options().head.max_bytes + 1));
  parser.body_limit(server_.options().max_body_bytes);
  beast::error_code ec;
  const size_t used = parser.put(asio::buffer(buffer_.data(), scanner.length()), ec);
  if (ec == beast::http::error::body_limit) co_return co_await Refuse(413, "the body is too large");
  if (ec == beast::http::error::bad_version) {
    co_return co_await Refuse(505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
  }
  if (ec || !parser.is_header_done()) co_return co_await Refuse(400, "the head is malformed");
  buffer_.consume(used);
  const unsigned version = parser.get().version();
  if (version != 11 && version != 10) {
    co_return co_await Refuse(505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
  }
  HttpRequest request = ToRequest(parser.get());
  if (const auto fault = CheckFraming(request, version == 10)) {
    co_return co_await Refuse(fault->http_status, fault->why);
  }
  co_return co_await Serve(&parser, std::move(request));
}

asio::awaitable<HttpSession::After> HttpSession::Serve(Parser* parser, HttpRequest request) {
  if (const auto expect = request.Header("expect")) {
    if (*expect != "100-continue") co_return co_await Refuse(417, "this expectation is not met");
    if (buffer_.size() == 0 && HasBody(request)) {
      static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      stream_.expires_after(server_.options().write_time);
      const auto [ec, sent] = co_await asio::async_write(
          stream_, asio::buffer(kContinue.data(), kContinue.size()), kTuple);
      if (ec) co_return After::kClose;
    }
  }
  if (!parser->is_done()) {
    stream_.expires_after(server_.options().body_time);
    const auto [ec, count] = co_await beast::http::async_read(stream_, buffer_, *parser, kTuple);
    if (ec == beast::http::error::body_limit) {
      co_return co_await Refuse(413, "the body is too large");
    }
    if (ec == beast::error::timeout) co_return co_await Refuse(408, "the body took too long");
    if (ec == beast::http::error::end_of_stream || ec == beast::http::error::partial_message ||
        ec == asio::error::connection_reset || ec == asio::error::operation_aborted) {
      co_return After::kClose;
    }
    if (ec) co_return co_await Refuse(400, "the body is malformed");
  }
  // Trailers were added to the parser's fields; the request has those of the head only.
  request.body = std::move(parser->get().body());
  const bool head_only = request.method == "HEAD";
  const bool http_1_0 = parser->get().version() == 10;
  const bool wanted = parser->get().keep_alive();
  stream_.expires_never();
  const HttpResponse response = co_await server_.callbacks().handle(std::move(request));
  const bool keep_alive = wanted && !server_.draining();
  const bool written = co_await Write(response, head_only, keep_alive, http_1_0);
  if (!written) co_return After::kClose;
  co_return keep_alive ? After::kNext : After::kLinger;
}

asio::awaitable<HttpSession::After> HttpSession::Refuse(int http_status, std::string_view why) {
  const HttpResponse response = server_.callbacks().refuse(http_status, why);
  const bool written = co_await Write(response, false, false, false);
  co_return written ? After::kLinger : After::kClose;
}

asio::awaitable<bool> HttpSession::Write(const HttpResponse& response, bool head_only,
                                         bool keep_alive, bool http_1_0) {
  std::string head = absl::StrCat("HTTP/1.1 ", response.status, " ",
                                  base::ToAbsl(ReasonPhrase(response.status)), "\r\n");
  for (const auto& [name, value] : response.headers)
    absl::StrAppend(&head, name, ": ", value, "\r\n");
  const bool bodiless = response.status == 204 || response.status == 304;
  if (!bodiless) {
    if (!response.content_type.empty()) {
      absl::StrAppend(&head, "Content-Type: ", response.content_type, "\r\n");
    }
    absl::StrAppend(&head, "Content-Length: ", response.body.size(), "\r\n");
  }
  if (!keep_alive) {
    head += "Connection: close\r\n";
  } else if (http_1_0) {
    head += "Connection: keep-alive\r\n";
  }
  head += "\r\n";
  const std::string_view body =
      bodiless || head_only ? std::string_view() : std::string_view(response.body);
  const std::array<asio::const_buffer, 2> parts = {asio::buffer(head),
                                                   asio::buffer(body.data(), body.size())};
  stream_.expires_after(server_.options().write_time);
  const auto [ec, count] = co_await asio::async_write(stream_, parts, kTuple);
  co_return !ec;
}

// Reads on for a moment: closing over unread bytes would reset the connection, and the client would
// lose the answer that it is about to read.
asio::awaitable<void> HttpSession::Linger() {
  boost::system::error_code ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  stream_.expires_after(kMaxLingerTime);
  size_t total = 0;
  buffer_.clear();
  while (total < kMaxLingerBytes) {
    const auto [ec, count] = co_await stream_.async_read_some(buffer_.prepare(kReadBytes), kTuple);
    if (ec) co_return;
    total += count;
  }
}

}  // namespace laurel::gateway
