// What a client may send, and how slowly.
#include "absl/strings/str_cat.h"
#include "tests/gateway/support/rig.h"

namespace laurel::gateway::testing {
namespace {

constexpr char kEarn[] = "/v1/members/mem_01jd0000000000000000000000/points:earn";

class LimitsTest : public Rig {
 protected:
  // The status of the answer to these bytes, after which the connection is closed; 0: no answer.
  int Send(const std::string& bytes, bool ends = true) {
    Connection connection(port());
    connection.Send(bytes);
    const auto answer = connection.Receive();
    if (!answer) return 0;
    EXPECT_TRUE(answer->status < 400 || answer->Json("trace_id").size() == 32) << answer->body;
    if (answer->status >= 400 && ends) {
      EXPECT_EQ(answer->headers.at("connection"), "close");
      EXPECT_TRUE(connection.WaitForClose());
    }
    return answer->status;
  }
  void ExpectWell() { EXPECT_EQ(Get("/v1/members/me", MemberToken()).status, 200); }
};

TEST_F(LimitsTest, SmugglingShapesAreRefused) {
  StartGateway();
  const std::string post = "POST /v1/orders HTTP/1.1\r\nHost: x\r\n";
  const std::string hidden = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
  for (const std::string& bytes : {
           post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
           post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + hidden,
           post + "Content-Length: 0\r\nContent-Length: 5\r\n\r\n" + hidden,
           post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello" + hidden,
           post + "Content-Length: 5, 5\r\n\r\nhello" + hidden,
           post + "Content-Length: +5\r\n\r\nhello" + hidden,
           post + "Content-Length: 0x5\r\n\r\nhello" + hidden,
           post + "Content-Length : 5\r\n\r\nhello" + hidden,
           post + "Content-Length: 5\r\n folded\r\n\r\nhello" + hidden,
           post + "X: y\r\n Content-Length: 5\r\n\r\nhello" + hidden,
           post + "X: y\nContent-Length: 5\r\n\r\nhello" + hidden,
           post + "X: y\rContent-Length: 5\r\n\r\nhello" + hidden,
           post + std::string("X: y\0z\r\n\r\n", 10) + hidden,
           post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
               hidden,
           post + "Transfer-Encoding:\vchunked\r\n\r\n0\r\n\r\n" + hidden,
           std::string("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") + hidden,
           std::string("GET / HTTP/1.1\r\n\r\n") + hidden,
           std::string("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n") + hidden,
           std::string("GET / HTTP/1.1\nHost: x\n\n") + hidden,
           std::string("\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n") + hidden,
           std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
       }) {
    const int status = Send(bytes);
    EXPECT_TRUE(status == 400 || status == 505) << status << "\n" << bytes;
  }
  for (const char* coding : {"gzip, chunked", "chunked, identity", "xchunked", "identity"}) {
    EXPECT_EQ(Send(post + "Transfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n" + hidden), 501);
  }
  ExpectWell();
}

TEST_F(LimitsTest, MalformedChunksAreRefused) {
  StartGateway();
  const std::string post =
      absl::StrCat("POST ", kEarn, " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ", kApiKey,
                   "\r\nIdempotency-Key: k\r\nContent-Type: application/json",
                   "\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(Send(post + "c\r\n{\"amount\":1}\r\n0\r\n\r\n"), 200);
  for (const char* body : {"z\r\n", "-1\r\n", "0x5\r\nhello\r\n", "5\nhello\n0\n\n",
                           "5\r\nhello0\r\n\r\n", "fffffffffffffffff\r\nx",
                           "c \r\n{\"amount\":1}\r\n0\r\n\r\n", "c\r\n{\"amount\":1}0\r\n\r\n"}) {
    const int status = Send(post + body);
    EXPECT_TRUE(status == 400 || status == 413) << status << " " << body;
  }
  ExpectWell();
}

TEST_F(LimitsTest, ATrailerIsNoHeader) {
  StartGateway();
  const std::string post =
      absl::StrCat("POST ", kEarn, " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n",
                   "Transfer-Encoding: chunked\r\n\r\nc\r\n{\"amount\":1}\r\n0\r\n");
  EXPECT_EQ(Send(absl::StrCat(post, "Authorization: Bearer ", kApiKey, "\r\n\r\n"), false), 401);
}

TEST_F(LimitsTest, HugeHeadersAreRefused) {
  StartGateway();
  const std::string line = "GET /healthz HTTP/1.1\r\nHost: x\r\n";
  EXPECT_EQ(Send(line + "A: " + std::string(15000, 'a') + "\r\n\r\n"), 200);
  EXPECT_EQ(Send(line + "A: " + std::string(17000, 'a') + "\r\n\r\n"), 431);
  std::string many = line;
  for (int i = 0; i < 101; ++i) many += "A: b\r\n";
  EXPECT_EQ(Send(many + "\r\n"), 431);
  EXPECT_EQ(Send("GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n"), 414);
  // Eight megabytes: refused long before they have all come.
  EXPECT_EQ(Send(line + "A: " + std::string(8 << 20, 'a')), 431);
  ExpectWell();
}

TEST_F(LimitsTest, HugeBodiesAreRefused) {
  StartGateway();
  const std::string post = absl::StrCat("POST ", kEarn, " HTTP/1.1\r\nHost: x\r\n");
  EXPECT_EQ(Send(post + "Content-Length: 1048577\r\n\r\n"), 413);
  EXPECT_EQ(Send(post + "Content-Length: 999999999999\r\n\r\n"), 413);
  EXPECT_EQ(Send(absl::StrCat(post, "Transfer-Encoding: chunked\r\n\r\n100001\r\n",
                              std::string(0x100001, 'a'), "\r\n0\r\n\r\n")),
            413);
  const std::string full = "{\"reason\":\"" + std::string(1048576 - 13, 'a') + "\"}";
  ASSERT_EQ(full.size(), 1048576U);
  EXPECT_EQ(Post(kEarn, full, kApiKey, {{"Idempotency-Key", "k"}}).status, 400);
  ExpectWell();
}

TEST_F(LimitsTest, DeepJsonIsRefused) {
  StartGateway();
  const std::string deep = std::string(500000, '[') + std::string(500000, ']');
  const Answer answer = Post(kEarn, deep, kApiKey);
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.Reason(), "MALFORMED_JSON");
}

TEST_F(LimitsTest, SlowHeadersEndWith408) {
  config_.http.header_time = std::chrono::milliseconds(200);
  StartGateway();
  Connection slow(port());
  ASSERT_TRUE(slow.Send("GET /healthz HTTP/1.1\r\nHost"));
  const auto answer = slow.Receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 408);
  EXPECT_EQ(answer->Reason(), "REQUEST_TOO_SLOW");
  EXPECT_TRUE(slow.WaitForClose());
}

TEST_F(LimitsTest, BytesNowAndThenDoNotProlongTheHeaders) {
  config_.http.header_time = std::chrono::milliseconds(300);
  StartGateway();
  Connection slow(port());
  ASSERT_TRUE(slow.Send("GET / HTTP/1.1\r\nA: "));
  int sent = 0;
  while (!slow.WaitForBytes(20) && sent < 500 && slow.Send("b")) ++sent;
  const auto answer = slow.Receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 408);
  EXPECT_LT(sent, 60);
}

TEST_F(LimitsTest, SlowBodiesEndWith408) {
  config_.http.body_time = std::chrono::milliseconds(200);
  StartGateway();
  Connection slow(port());
  ASSERT_TRUE(slow.Send(
      absl::StrCat("POST ", kEarn, " HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{")));
  const auto answer = slow.Receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 408);
}

TEST_F(LimitsTest, IdleConnectionsAreClosedInSilence) {
  config_.http.idle_time = std::chrono::milliseconds(200);
  StartGateway();
  Connection idle(port());
  EXPECT_FALSE(idle.Receive());
}

TEST_F(LimitsTest, OneConnectionTooManyIsTold) {
  config_.http.max_connections = 3;
  StartGateway();
  std::vector<Connection> open;
  for (int i = 0; i < 3; ++i) {
    open.emplace_back(port());
    ASSERT_TRUE(open.back().Send(RequestBytes("GET", "/healthz")));
    ASSERT_EQ(open.back().Receive()->status, 200);
  }
  Connection last(port());
  const auto answer = last.Receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->Reason(), "TOO_MANY_CONNECTIONS");
}

TEST_F(LimitsTest, AThousandIdleConnectionsHurtNobody) {
  StartGateway();
  std::vector<Connection> idle;
  for (int i = 0; i < 1000; ++i) {
    idle.emplace_back(port());
    ASSERT_TRUE(idle.back().connected());
    if (i % 2 == 0) idle.back().Send("GET /healthz HT");
  }
  const std::string token = MemberToken();
  Connection good(port());
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(good.Send(RequestBytes("GET", "/v1/members/me", Bearer(token))));
    const auto answer = good.Receive();
    ASSERT_TRUE(answer);
    ASSERT_EQ(answer->status, 200);
  }
}

TEST_F(LimitsTest, PipelinedRequestsAreAnsweredInOrder) {
  StartGateway();
  Connection connection(port());
  std::string bytes;
  for (int i = 0; i < 50; ++i) {
    const Headers headers = {{"Authorization", std::string("Bearer ") + kApiKey},
                             {"Idempotency-Key", "k" + std::to_string(i)}};
    bytes += RequestBytes("POST", kEarn, headers, "{\"amount\": " + std::to_string(i + 1) + "}");
  }
  ASSERT_TRUE(connection.Send(bytes));
  for (int i = 0; i < 50; ++i) {
    const auto answer = connection.Receive();
    ASSERT_TRUE(answer) << i;
    ASSERT_EQ(answer->status, 200) << answer->body;
    EXPECT_EQ(answer->Json("requestId"), "k" + std::to_string(i));
  }
}

TEST_F(LimitsTest, ContinueIsSentBeforeTheBody) {
  StartGateway();
  const std::string head =
      absl::StrCat("POST ", kEarn, " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ", kApiKey,
                   "\r\nIdempotency-Key: k\r\nContent-Type: application/json\r\n");
  Connection connection(port());
  ASSERT_TRUE(connection.Send(head + "Content-Length: 12\r\nExpect: 100-continue\r\n\r\n"));
  ASSERT_TRUE(connection.Send("{\"amount\":1}"));
  EXPECT_EQ(connection.Receive()->status, 200);
  EXPECT_EQ(Send(head + "Content-Length: 12\r\nExpect: miracles\r\n\r\n"), 417);
}

TEST_F(LimitsTest, OldHttpIsAnsweredAndClosed) {
  StartGateway();
  Connection connection(port());
  ASSERT_TRUE(connection.Send("GET /healthz HTTP/1.0\r\n\r\n"));
  EXPECT_EQ(connection.Receive()->status, 200);
  EXPECT_TRUE(connection.WaitForClose());
  EXPECT_EQ(Send("GET /healthz HTTP/1.2\r\nHost: x\r\n\r\n"), 505);
}

TEST_F(LimitsTest, AClientThatLeavesDoesNoHarm) {
  StartGateway();
  for (int i = 0; i < 50; ++i) {
    Connection connection(port());
    connection.Send(RequestBytes("GET", "/v1/members/me", Bearer(MemberToken())));
  }
  ExpectWell();
}

}  // namespace
}  // namespace laurel::gateway::testing
