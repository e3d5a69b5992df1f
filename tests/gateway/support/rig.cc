#include "tests/gateway/support/rig.h"

#include "absl/strings/str_cat.h"
#include "lib/base/clock.h"

namespace laurel::gateway::testing {

Rig::Rig() {
  peers_file_ = dir_.Write("peers.json", R"({"gateway": {"kind": "gateway"}})");
  const tls::Files files = authority_.Issue("gateway");
  config_.common.ca_file = files.ca;
  config_.common.log_sample = 1;
  config_.server.cert_file = files.cert;
  config_.server.key_file = files.key;
  config_.server.listen = "127.0.0.1:0";
  config_.server.metrics_listen = "127.0.0.1:0";
  config_.server.ready_file = dir_.Path("ready.json");
  config_.server.drain_notice_ms = 0;
  config_.http.drain_grace = std::chrono::milliseconds(300);
  const std::string member_jwks = dir_.Write("member.jwks", Jwks({member_key_.Jwk()}));
  const std::string staff_jwks = dir_.Write("staff.jwks", Jwks({staff_key_.Jwk()}));
  config_.issuers_file = dir_.Write(
      "issuers.json",
      absl::StrCat(R"([{"issuer": "https://issuer.test/members", "audience": "laurel",
        "jwks_file": ")",
                   member_jwks, R"(", "program_id": ")", kProgram, R"(", "kind": "member"},
        {"issuer": "https://issuer.test/staff", "audience": "laurel", "jwks_file": ")",
                   staff_jwks, R"(", "program_id": ")", kProgram, R"(", "kind": "staff"}])"));
  for (const char* service : {"members", "rewards", "referrals", "gamification"}) {
    config_.targets[service] = "127.0.0.1:1";
  }
}

Rig::~Rig() {
  if (program_) program_->Drain();
}

Backend& Rig::AddBackend() {
  backends_.push_back(std::make_unique<Backend>(authority_, peers_file_, behaviour_));
  return *backends_.back();
}

void Rig::StartGateway() {
  if (backends_.empty()) AddBackend();
  std::string target;
  for (const auto& backend : backends_) {
    absl::StrAppend(&target, target.empty() ? "" : ",", "127.0.0.1:", backend->port());
  }
  config_.targets["members"] = target;
  auto program = Program::Start(config_);
  ASSERT_TRUE(program.ok()) << program.status();
  program_ = *std::move(program);
}

Answer Rig::Get(const std::string& target, const std::string& token, Headers headers) {
  if (!token.empty()) headers.emplace_back("Authorization", "Bearer " + token);
  return Fetch(port(), "GET", target, headers);
}

Answer Rig::Post(const std::string& target, const std::string& body, const std::string& token,
                 Headers headers) {
  if (!token.empty()) headers.emplace_back("Authorization", "Bearer " + token);
  return Fetch(port(), "POST", target, headers, body);
}

std::string Rig::MemberToken(const std::string& subject) {
  Claims claims;
  claims.subject = subject;
  claims.expire_time = base::SystemClock().Now() + absl::Minutes(5);
  return member_key_.Sign(ToJson(claims));
}

std::string Rig::StaffToken(const std::string& roles) {
  Claims claims;
  claims.issuer = "https://issuer.test/staff";
  claims.subject = "dora";
  claims.expire_time = base::SystemClock().Now() + absl::Minutes(5);
  claims.more = ",\"roles\":\"" + roles + "\"";
  return staff_key_.Sign(ToJson(claims));
}

}  // namespace laurel::gateway::testing
