// API clients and their keys on a real database.
#include <gtest/gtest.h>

#include <thread>

#include "lib/base/sha256.h"
#include "lib/base/timestamps.h"
#include "lib/crypto/personal.h"
#include "lib/status/error.h"
#include "tests/members-svc/world.h"

namespace laurel::members::testing {
namespace {

using handlers::AddApiKey;
using handlers::CreateApiClient;
using handlers::RevokeApiKey;
using handlers::VerifyApiKey;

v1::CreateApiClientRequest NewClient(const World& world) {
  v1::CreateApiClientRequest request;
  request.set_program_id(world.program_id());
  request.set_display_name("Shop");
  return request;
}

v1::AddApiKeyRequest KeyFor(const World& world, const std::string& client_id) {
  v1::AddApiKeyRequest request;
  request.set_program_id(world.program_id());
  request.set_client_id(client_id);
  return request;
}

absl::StatusOr<v1::VerifyApiKeyResponse> Verify(const World& world, const std::string& key) {
  v1::VerifyApiKeyRequest request;
  request.set_api_key_sha256(base::Sha256(key));
  return Ask(VerifyApiKey, world, world.AsStaff(), request);
}

absl::StatusOr<v1::RevokeApiKeyResponse> Revoke(const World& world, const std::string& client_id,
                                                const std::string& key_id) {
  v1::RevokeApiKeyRequest request;
  request.set_program_id(world.program_id());
  request.set_client_id(client_id);
  request.set_key_id(key_id);
  return Ask(RevokeApiKey, world, world.AsStaff(), request);
}

TEST(Access, A_key_stands_for_its_client) {
  World world;
  const auto client = Ask(CreateApiClient, world, world.AsStaff(), NewClient(world));
  ASSERT_TRUE(client.ok()) << client.status();
  EXPECT_EQ(client->api_key().substr(0, 3), "lk_");
  EXPECT_EQ(client->api_key().size(), 3u + 43u) << "256 bits in base64url without padding";
  const auto verified = Verify(world, client->api_key());
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(verified->caller().program_id(), world.program_id());
  EXPECT_EQ(verified->caller().subject(), client->client_id());
  EXPECT_EQ(verified->caller().kind(), laurel::api::v1::CALLER_KIND_CLIENT);
  ASSERT_EQ(verified->caller().roles_size(), 1);
  EXPECT_EQ(verified->caller().roles(0), laurel::api::v1::ROLE_CLIENT);
}

TEST(Access, An_unknown_key_is_no_key) {
  World world;
  const absl::Status unknown = Verify(world, "lk_guess").status();
  EXPECT_EQ(unknown.code(), absl::StatusCode::kUnauthenticated);
  EXPECT_REASON(unknown, "API_KEY_INVALID");
  EXPECT_EQ(Ask(VerifyApiKey, world, world.AsStaff(), v1::VerifyApiKeyRequest()).status(), unknown);
}

TEST(Access, A_key_is_shown_once_and_kept_nowhere) {
  World world;
  v1::CreateApiClientRequest request = NewClient(world);
  request.set_request_id(world.NewRequestId());
  const auto first = Ask(CreateApiClient, world, world.AsStaff(), request);
  ASSERT_TRUE(first.ok()) << first.status();
  const auto again = Ask(CreateApiClient, world, world.AsStaff(), request);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->key_id(), first->key_id());
  EXPECT_EQ(again->api_key(), "");
  v1::AddApiKeyRequest add = KeyFor(world, first->client_id());
  add.set_request_id(world.NewRequestId());
  const auto added = Ask(AddApiKey, world, world.AsStaff(), add);
  ASSERT_TRUE(added.ok()) << added.status();
  EXPECT_TRUE(Verify(world, added->api_key()).ok());
  EXPECT_EQ(Ask(AddApiKey, world, world.AsStaff(), add)->api_key(), "");
  for (const std::string& key : {first->api_key(), added->api_key()}) {
    for (const char* table : {"api_keys", "api_clients", "request_keys", "outbox"}) {
      EXPECT_EQ(
          world.Count(std::string("SELECT count(*) FROM ") + table + " t WHERE position(encode('" +
                      key.substr(3) + "', 'hex') in t::text) > 0 OR position('" + key.substr(3) +
                      "' in t::text) > 0"),
          0)
          << table;
    }
  }
}

TEST(Access, At_most_two_keys_live_even_when_asked_at_once) {
  World world;
  const auto client = Ask(CreateApiClient, world, world.AsStaff(), NewClient(world));
  ASSERT_TRUE(client.ok()) << client.status();
  constexpr int kThreads = 6;
  std::vector<absl::Status> statuses(kThreads);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      statuses[t] =
          Ask(AddApiKey, world, world.AsStaff(), KeyFor(world, client->client_id())).status();
    });
  }
  for (auto& thread : threads) thread.join();
  int added = 0;
  for (const auto& status : statuses) {
    if (status.ok()) {
      ++added;
    } else {
      EXPECT_REASON(status, "TOO_MANY_KEYS");
    }
  }
  EXPECT_EQ(added, 1);
}

TEST(Access, A_revoked_key_has_ended_and_makes_room) {
  World world;
  const auto client = Ask(CreateApiClient, world, world.AsStaff(), NewClient(world));
  ASSERT_TRUE(client.ok()) << client.status();
  const auto ended = Revoke(world, client->client_id(), client->key_id());
  ASSERT_TRUE(ended.ok()) << ended.status();
  EXPECT_EQ(base::FromTimestamp(ended->revoke_time()), world.clock().Now());
  EXPECT_REASON(Verify(world, client->api_key()).status(), "API_KEY_INVALID");
  world.clock().Advance(absl::Hours(1));
  EXPECT_EQ(Revoke(world, client->client_id(), client->key_id())->SerializeAsString(),
            ended->SerializeAsString())
      << "it ended when it ended";
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(Ask(AddApiKey, world, world.AsStaff(), KeyFor(world, client->client_id())).ok());
  }
}

TEST(Access, Another_programmes_clients_and_keys_are_not_found) {
  World world;
  World other;
  const auto client = Ask(CreateApiClient, world, world.AsStaff(), NewClient(world));
  ASSERT_TRUE(client.ok()) << client.status();
  EXPECT_REASON(Ask(AddApiKey, other, other.AsStaff(), KeyFor(other, client->client_id())).status(),
                "API_CLIENT_NOT_FOUND");
  EXPECT_REASON(Revoke(other, client->client_id(), client->key_id()).status(), "API_KEY_NOT_FOUND");
  v1::CreateApiClientRequest request = NewClient(world);
  request.set_program_id(base::EncodeId("prg", world.ids().Next(world.clock().Now())));
  EXPECT_REASON(Ask(CreateApiClient, world, world.AsStaff(), request).status(),
                "PROGRAM_NOT_FOUND");
}

}  // namespace
}  // namespace laurel::members::testing
