// A client that sends what it is told, well-formed or not, and reads what comes back.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace laurel::gateway::testing {

struct Answer {
  int status = 0;
  // Names in lower case.
  std::map<std::string, std::string> headers;
  std::string body;

  // The member of a JSON body; "" if it is not there.
  std::string Json(const std::string& name) const;
  std::string Reason() const { return Json("reason"); }
};

class Connection {
 public:
  explicit Connection(int port);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  Connection(Connection&& other) noexcept;

  bool connected() const { return fd_ >= 0; }
  // False when the peer has gone.
  bool Send(const std::string& bytes);
  // The next answer; nothing when the connection ends before one is whole, or after ten seconds.
  // `head_only`: the answer to HEAD, which has no body.
  std::optional<Answer> Receive(bool head_only = false);
  // Reads to the end; true when the peer closes within ten seconds.
  bool WaitForClose();
  // Whether something comes within that time.
  bool WaitForBytes(int milliseconds);

 private:
  bool ReadMore();
  int fd_ = -1;
  std::string buffer_;
};

using Headers = std::vector<std::pair<std::string, std::string>>;

// The bytes of a request; Host, and Content-Length where there is a body, are added.
std::string RequestBytes(const std::string& method, const std::string& target,
                         const Headers& headers = {}, const std::string& body = "");

// One request over a connection of its own; status 0 when there is no answer.
Answer Fetch(int port, const std::string& method, const std::string& target,
             const Headers& headers = {}, const std::string& body = "");

}  // namespace laurel::gateway::testing
