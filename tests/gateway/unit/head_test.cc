#include "gateway/http/head.h"

#include <gmock/gmock.h>

#include "gateway/http/body.h"
#include "gateway/http/finish.h"

namespace laurel::gateway {
namespace {

// 0: complete; -1: wants more; otherwise the HTTP status of the refusal. Fed `step` bytes at a
// time.
int Scan(const std::string& head, size_t step = 1, HeadLimits limits = {}) {
  HeadScanner scanner(limits);
  for (size_t size = step; size < head.size() + step; size += step) {
    const auto state = scanner.Scan(std::string_view(head).substr(0, size));
    if (state == HeadScanner::State::kRefused) return scanner.http_status();
    if (state == HeadScanner::State::kComplete) return 0;
  }
  return -1;
}

TEST(HeadScannerTest, FindsTheEndHoweverTheBytesArrive) {
  const std::string head = "GET /a?b=c HTTP/1.1\r\nHost: x\r\nA: \t b \r\n\r\n";
  for (size_t step = 1; step <= head.size(); ++step) EXPECT_EQ(Scan(head, step), 0) << step;
  HeadScanner scanner({});
  scanner.Scan(head + "BODY");
  EXPECT_EQ(scanner.length(), head.size());
}

TEST(HeadScannerTest, RefusesWhatProxiesReadDifferently) {
  const std::string line = "GET / HTTP/1.1\r\n";
  for (const std::string& head : {
           line + "A: b\n\r\n",                            // bare line feed
           line + "A: b\rC: d\r\n\r\n",                    // bare carriage return
           std::string("GET / HTTP/1.1\n\n"),              //
           line + "A: b\r\n c\r\n\r\n",                    // folded
           line + "A: b\r\n\tc\r\n\r\n",                   //
           line + " A: b\r\n\r\n",                         //
           line + "A : b\r\n\r\n",                         // blank before the colon
           line + "A\r\n\r\n",                             // no colon
           line + ": b\r\n\r\n",                           // no name
           line + "A(: b\r\n\r\n",                         //
           line + std::string("A: b\0c\r\n\r\n", 11),      // NUL
           line + "A: b\x01\r\n\r\n",                      //
           line + "A: b\x7F\r\n\r\n",                      //
           std::string("\r\n") + line + "\r\n",            // empty line first
           std::string("GET  / HTTP/1.1\r\n\r\n"),         // two blanks
           std::string("GET / a HTTP/1.1\r\n\r\n"),        // a blank in the target
           std::string("GET /\tHTTP/1.1\r\n\r\n"),         //
           std::string("GET /\xC3\xA4 HTTP/1.1\r\n\r\n"),  // not ASCII
           std::string("G(T / HTTP/1.1\r\n\r\n"),          //
           std::string("GET /\r\n\r\n"),                   // HTTP/0.9
           std::string("\x16\x03\x01\x02\r\n"),            // TLS
       }) {
    EXPECT_EQ(Scan(head), 400) << head;
    EXPECT_EQ(Scan(head, head.size()), 400) << head;
  }
}

TEST(HeadScannerTest, HoldsTheLimits) {
  const HeadLimits limits{.max_bytes = 200, .max_headers = 3, .max_line_bytes = 50};
  const std::string line = "GET / HTTP/1.1\r\n";
  EXPECT_EQ(Scan(line + "A: b\r\nA: b\r\nA: b\r\n\r\n", 1, limits), 0);
  EXPECT_EQ(Scan(line + "A: b\r\nA: b\r\nA: b\r\nA: b\r\n\r\n", 1, limits), 431);
  EXPECT_EQ(Scan(line + "A: " + std::string(300, 'b'), 1, limits), 431);
  EXPECT_EQ(Scan(line + "A: " + std::string(300, 'b'), 400, limits), 431);
  EXPECT_EQ(Scan("GET /" + std::string(100, 'a'), 1, limits), 414);
  EXPECT_EQ(Scan("GET /" + std::string(30, 'a'), 1, limits), -1);
}

HttpRequest WithHeaders(std::vector<std::pair<std::string, std::string>> headers) {
  HttpRequest request;
  request.headers = std::move(headers);
  request.headers.emplace_back("host", "x");
  return request;
}

TEST(FramingTest, RefusesTwoTruthsAboutTheLength) {
  const auto status = [](const HttpRequest& request, bool http_1_0 = false) {
    const auto fault = CheckFraming(request, http_1_0);
    return fault ? fault->http_status : 0;
  };
  EXPECT_EQ(status(WithHeaders({{"content-length", "5"}})), 0);
  EXPECT_EQ(status(WithHeaders({{"transfer-encoding", "Chunked"}})), 0);
  EXPECT_EQ(status(WithHeaders({{"content-length", "5"}, {"content-length", "5"}})), 400);
  EXPECT_EQ(status(WithHeaders({{"content-length", "5"}, {"transfer-encoding", "chunked"}})), 400);
  EXPECT_EQ(status(WithHeaders({{"transfer-encoding", "chunked"}, {"transfer-encoding", "x"}})),
            400);
  EXPECT_EQ(status(WithHeaders({{"transfer-encoding", "gzip, chunked"}})), 501);
  EXPECT_EQ(status(WithHeaders({{"transfer-encoding", "xchunked"}})), 501);
  EXPECT_EQ(status(WithHeaders({{"transfer-encoding", "chunked"}}), true), 400);
  for (const char* length : {"", "-1", "+1", "0x5", "5,5", "5 5", "9999999999999999999"}) {
    EXPECT_EQ(status(WithHeaders({{"content-length", length}})), 400) << length;
  }
  EXPECT_EQ(status(WithHeaders({{"host", "y"}})), 400);
  EXPECT_EQ(status(HttpRequest()), 400);
  EXPECT_EQ(status(HttpRequest(), true), 0);
}

// The body, "more", "large" or "malformed"; fed `step` bytes at a time.
std::string ReadChunks(const std::string& bytes, size_t step, size_t max_bytes = 100) {
  BodyReader reader = BodyReader::Chunked(max_bytes);
  std::string_view left = bytes;
  while (!left.empty() && reader.state() == BodyReader::State::kMore) {
    size_t used = 0;
    reader.Feed(left.substr(0, step), &used);
    left.remove_prefix(used);
  }
  switch (reader.state()) {
    case BodyReader::State::kMore:
      return "more";
    case BodyReader::State::kTooLarge:
      return "large";
    case BodyReader::State::kMalformed:
      return "malformed";
    default:
      return reader.TakeBody() + std::string(left);
  }
}

TEST(BodyReaderTest, PutsChunksTogetherHoweverTheyArrive) {
  const std::string body = "5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nTrailer: x\r\n\r\n";
  for (size_t step = 1; step <= body.size(); ++step)
    EXPECT_EQ(ReadChunks(body, step), "hello world");
  EXPECT_EQ(ReadChunks("0\r\n\r\nGET /", 100), "GET /");
}

TEST(BodyReaderTest, RefusesWhatOthersWouldReadDifferently) {
  for (const char* body : {"0x5\r\n", "+5\r\n", "-5\r\n", " 5\r\n", "5 \r\n", "\r\n", ";a\r\n",
                           "g\r\n", "5\n", "5\rx", "5\r\nhello0\r\n", "5\r\nhello\n0\r\n",
                           "000000005\r\n", "fffffffff\r\n", "5\x01\r\n", "0\r\nA: b\n\r\n"}) {
    EXPECT_EQ(ReadChunks(body, 1), "malformed") << body;
    EXPECT_EQ(ReadChunks(body, 100), "malformed") << body;
  }
  EXPECT_EQ(ReadChunks("65\r\n", 100), "large");
  EXPECT_EQ(ReadChunks("64\r\n" + std::string(100, 'a') + "\r\n1\r\n", 7), "large");
  EXPECT_EQ(ReadChunks("5;" + std::string(300, 'a'), 7), "malformed");
  EXPECT_EQ(ReadChunks("0\r\nA: " + std::string(5000, 'a'), 7), "malformed");
}

TEST(BodyReaderTest, TakesExactlyItsLength) {
  BodyReader reader = BodyReader::OfLength(5, 10);
  size_t used = 0;
  EXPECT_EQ(reader.Feed("helloGET", &used), BodyReader::State::kComplete);
  EXPECT_EQ(used, 5U);
  EXPECT_EQ(reader.TakeBody(), "hello");
  EXPECT_EQ(BodyReader::OfLength(0, 10).state(), BodyReader::State::kComplete);
  EXPECT_EQ(BodyReader::OfLength(11, 10).state(), BodyReader::State::kTooLarge);
}

TEST(FinishTest, TagsMatchAsTheStandardSays) {
  EXPECT_EQ(EntityTag("v1"), "\"v1\"");
  EXPECT_EQ(EntityTag("a\"b"), "");
  EXPECT_EQ(EntityTag("a\r\nb"), "");
  EXPECT_TRUE(MatchesEntityTag("\"v1\"", "\"v1\""));
  EXPECT_TRUE(MatchesEntityTag("\"v0\", W/\"v1\"", "\"v1\""));
  EXPECT_TRUE(MatchesEntityTag("*", "\"v1\""));
  EXPECT_FALSE(MatchesEntityTag("\"v2\"", "\"v1\""));
  EXPECT_FALSE(MatchesEntityTag("*", ""));
  EXPECT_EQ(SingleEntityTag(" \"v1\" "), "v1");
  EXPECT_EQ(SingleEntityTag("\"v1\", \"v2\""), "");
  EXPECT_EQ(SingleEntityTag("*"), "");
}

TEST(FinishTest, CompressesOnlyWhatPaysAndWhoAsks) {
  const auto encoded = [](const std::string& accept, size_t size) {
    HttpRequest request;
    if (!accept.empty()) request.headers.emplace_back("accept-encoding", accept);
    HttpResponse response;
    response.body = std::string(size, 'a');
    Finish(request, &response);
    return response.body.size() < size;
  };
  EXPECT_TRUE(encoded("gzip", 2000));
  EXPECT_TRUE(encoded("br, GZIP;q=0.5", 2000));
  EXPECT_FALSE(encoded("gzip;q=0", 2000));
  EXPECT_FALSE(encoded("gzip; q=0.000", 2000));
  EXPECT_FALSE(encoded("br", 2000));
  EXPECT_FALSE(encoded("", 2000));
  EXPECT_FALSE(encoded("gzip", 500));
}

}  // namespace
}  // namespace laurel::gateway
