// A running gateway before a members backend, with issuers whose keys the test holds.
#pragma once

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

#include "gateway/config.h"
#include "gateway/program.h"
#include "tests/gateway/support/backend.h"
#include "tests/gateway/support/http_client.h"
#include "tests/gateway/support/tokens.h"
#include "tests/lib/support/certificates.h"
#include "tests/lib/support/log_capture.h"

namespace laurel::gateway::testing {

class Rig : public ::testing::Test {
 protected:
  Rig();
  ~Rig() override;

  // One more instance of the backend; before StartGateway.
  Backend& AddBackend();
  // With one backend if there is none yet.
  void StartGateway();
  // The present port.
  int port() const { return program_->port(); }

  Answer Get(const std::string& target, const std::string& token = "", Headers headers = {});
  Answer Post(const std::string& target, const std::string& body, const std::string& token = "",
              Headers headers = {});
  // A token of the member `subject`, good for five minutes.
  std::string MemberToken(const std::string& subject = "anna");
  std::string StaffToken(const std::string& roles);
  static Headers Bearer(const std::string& token) { return {{"Authorization", "Bearer " + token}}; }

  laurel::testing::TempDir dir_;
  laurel::testing::Authority authority_;
  laurel::testing::LogCapture log_;
  SigningKey member_key_ = SigningKey::Ec("m1");
  SigningKey staff_key_ = SigningKey::Ec("s1");
  Behaviour behaviour_;
  Config config_;
  std::vector<std::unique_ptr<Backend>> backends_;
  std::unique_ptr<Program> program_;

 private:
  std::string peers_file_;
};

}  // namespace laurel::gateway::testing
