#include "gateway/http/session.h"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <optional>
#include <string>

#include "absl/strings/numbers.h"
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
constexpr size_t kMaxLingerBytes = 16 * 1024 * 1024;
constexpr std::chrono::milliseconds kMaxLingerTime(2000);
// A timer that fires between two operations finds nothing to cancel: it comes again.
constexpr std::chrono::milliseconds kTimerRepeat(20);

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

// After CheckFraming: there is one truth about the length.
BodyReader ReaderFor(const HttpRequest& request, size_t max_bytes) {
  if (request.CountHeaders("transfer-encoding") > 0) return BodyReader::Chunked(max_bytes);
  uint64_t length = 0;
  const auto header = request.Header("content-length");
  if (header && !absl::SimpleAtoi(*header, &length)) length = UINT64_MAX;
  return BodyReader::OfLength(length, max_bytes);
}

}  // namespace

HttpSession::HttpSession(HttpServer& server, asio::ip::tcp::socket socket)
    : server_(server),
      socket_(std::move(socket)),
      timer_(socket_.get_executor()),
      drain_timer_(socket_.get_executor()) {
  boost::system::error_code ec;
  socket_.set_option(asio::ip::tcp::no_delay(true), ec);
}

HttpSession::~HttpSession() { server_.End(this); }

void HttpSession::BeginDrain() {
  auto wait = [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self || !self->idle_) return;
    self->drain_timer_.expires_after(self->server_.options().drain_grace);
    self->drain_timer_.async_wait([weak](boost::system::error_code ec) {
      const auto session = weak.lock();
      if (!ec && session && session->idle_) session->socket_.cancel();
    });
  };
  asio::post(socket_.get_executor(), std::move(wait));
}

void HttpSession::Abort() {
  asio::post(socket_.get_executor(), [weak = weak_from_this()] {
    boost::system::error_code ec;
    if (const auto self = weak.lock()) self->socket_.close(ec);
  });
}

void HttpSession::StartTimer(std::chrono::milliseconds time) {
  StopTimer();
  timer_.expires_after(time);
  timer_.async_wait(
      [weak = weak_from_this(), generation = timer_generation_](boost::system::error_code ec) {
        const auto self = weak.lock();
        if (!ec && self) self->OnTimer(generation);
      });
}

void HttpSession::StopTimer() {
  ++timer_generation_;
  timed_out_ = false;
  timer_.cancel();
}

void HttpSession::OnTimer(uint64_t generation) {
  if (generation != timer_generation_) return;
  timed_out_ = true;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
  timer_.expires_after(kTimerRepeat);
  timer_.async_wait([weak = weak_from_this(), generation](boost::system::error_code ec) {
    const auto self = weak.lock();
    if (!ec && self) self->OnTimer(generation);
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
  StopTimer();
  boost::system::error_code ec;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ec);
}

asio::awaitable<bool> HttpSession::ReadMore() {
  const auto [ec, count] = co_await socket_.async_read_some(buffer_.prepare(kReadBytes), kTuple);
  buffer_.commit(count);
  co_return !ec && !timed_out_;
}

// co_await never stands inside a condition in this file: g++ 12 at -O2 then resumes a frame that is
// gone (seen).
//
// True when the head is complete or refused; false when the client has gone or sent nothing.
asio::awaitable<bool> HttpSession::ReadHead(HeadScanner* scanner) {
  idle_ = buffer_.size() == 0;
  if (idle_) {
    StartTimer(server_.options().idle_time);
    const bool more = co_await ReadMore();
    if (!more) co_return false;
  }
  idle_ = false;
  StartTimer(server_.options().header_time);
  while (scanner->Scan(View(buffer_)) == HeadScanner::State::kMore) {
    const bool more = co_await ReadMore();
    if (more) continue;
    if (!timed_out_) co_return false;
    scanner->TimeOut();
    co_return true;
  }
  co_return true;
}

asio::awaitable<HttpSession::After> HttpSession::OneRequest() {
  HeadScanner scanner(server_.options().head);
  const bool head = co_await ReadHead(&scanner);
  if (!head) co_return After::kClose;
  if (scanner.http_status() != 0) co_return co_await Refuse(scanner.http_status(), scanner.why());

  beast::http::request_parser<beast::http::empty_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(server_.options().head.max_bytes + 1));
  parser.body_limit(boost::none);
  beast::error_code ec;
  const size_t used = parser.put(asio::buffer(buffer_.data(), scanner.length()), ec);
  if (ec == beast::http::error::bad_version) {
    co_return co_await Refuse(505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
  }
  if (ec || !parser.is_header_done()) co_return co_await Refuse(400, "the head is malformed");
  buffer_.consume(used);
  const Framing framing{.keep_alive = parser.get().keep_alive(),
                        .http_1_0 = parser.get().version() == 10};
  if (!framing.http_1_0 && parser.get().version() != 11) {
    co_return co_await Refuse(505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
  }
  HttpRequest request = ToRequest(parser.get());
  if (const auto fault = CheckFraming(request, framing.http_1_0)) {
    co_return co_await Refuse(fault->http_status, fault->why);
  }
  co_return co_await Serve(std::move(request), framing);
}

asio::awaitable<bool> HttpSession::SendContinue() {
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  const auto [ec, sent] =
      co_await asio::async_write(socket_, asio::buffer(kContinue.data(), kContinue.size()), kTuple);
  co_return !ec;
}

asio::awaitable<HttpSession::After> HttpSession::Serve(HttpRequest request, Framing framing) {
  BodyReader reader = ReaderFor(request, server_.options().max_body_bytes);
  StartTimer(server_.options().body_time);
  if (const auto expect = request.Header("expect")) {
    if (*expect != "100-continue") co_return co_await Refuse(417, "this expectation is not met");
    const bool waits = reader.state() == BodyReader::State::kMore && buffer_.size() == 0;
    if (waits) {
      const bool sent = co_await SendContinue();
      if (!sent) co_return After::kClose;
    }
  }
  while (reader.state() == BodyReader::State::kMore) {
    size_t used = 0;
    reader.Feed(View(buffer_), &used);
    buffer_.consume(used);
    if (reader.state() != BodyReader::State::kMore) continue;
    const bool more = co_await ReadMore();
    if (more) continue;
    if (!timed_out_) co_return After::kClose;
    co_return co_await Refuse(408, "the body took too long");
  }
  if (reader.state() == BodyReader::State::kTooLarge) {
    co_return co_await Refuse(413, "the body is too large");
  }
  if (reader.state() == BodyReader::State::kMalformed) {
    co_return co_await Refuse(400, "the body is malformed");
  }
  StopTimer();
  request.body = reader.TakeBody();
  const bool head_only = request.method == "HEAD";
  const HttpResponse response = co_await server_.callbacks().handle(std::move(request));
  if (server_.draining()) framing.keep_alive = false;
  const bool written = co_await Write(response, head_only, framing);
  if (!written) co_return After::kClose;
  co_return framing.keep_alive ? After::kNext : After::kLinger;
}

asio::awaitable<HttpSession::After> HttpSession::Refuse(int http_status, std::string_view why) {
  const HttpResponse response = server_.callbacks().refuse(http_status, why);
  const bool written = co_await Write(response, false, Framing());
  co_return written ? After::kLinger : After::kClose;
}

asio::awaitable<bool> HttpSession::Write(const HttpResponse& response, bool head_only,
                                         Framing framing) {
  std::string head = absl::StrCat("HTTP/1.1 ", response.status, " ",
                                  base::ToAbsl(ReasonPhrase(response.status)), "\r\n");
  for (const auto& [name, value] : response.headers) {
    absl::StrAppend(&head, name, ": ", value, "\r\n");
  }
  const bool bodiless = response.status == 204 || response.status == 304;
  if (!bodiless) {
    if (!response.content_type.empty()) {
      absl::StrAppend(&head, "Content-Type: ", response.content_type, "\r\n");
    }
    absl::StrAppend(&head, "Content-Length: ", response.body.size(), "\r\n");
  }
  if (!framing.keep_alive) {
    head += "Connection: close\r\n";
  } else if (framing.http_1_0) {
    head += "Connection: keep-alive\r\n";
  }
  head += "\r\n";
  const std::string_view body =
      bodiless || head_only ? std::string_view() : std::string_view(response.body);
  const std::array<asio::const_buffer, 2> parts = {asio::buffer(head),
                                                   asio::buffer(body.data(), body.size())};
  StartTimer(server_.options().write_time);
  const auto [ec, count] = co_await asio::async_write(socket_, parts, kTuple);
  co_return !ec;
}

// Reads on for a moment: closing over unread bytes would reset the connection, and the client would
// lose the answer that it is about to read.
asio::awaitable<void> HttpSession::Linger() {
  boost::system::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  StartTimer(kMaxLingerTime);
  for (size_t total = 0; total < kMaxLingerBytes; total += buffer_.size()) {
    buffer_.clear();
    const bool more = co_await ReadMore();
    if (!more) co_return;
  }
}

}  // namespace laurel::gateway
