// One request id, one success, one answer: for commands that are no batch (the batcher keeps its
// ids in what it writes). The key commits with the effect; a refused command leaves no key.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "lib/base/uuid.h"
#include "lib/db/pool.h"

namespace laurel::idempotency {

// What a request id is unique within: programme, principal, method and owner.
struct Scope {
  std::string program_id;
  std::string principal;   // auth::Caller::subject
  std::string method;      // full name of the rpc
  std::string owner_id;    // the member's id, or empty
  std::string request_id;  // empty: the command cannot be repeated and is simply run
};

// The key: a hash of the scope, and the bucket of the owner (of the key where there is none).
struct Key {
  int bucket = 0;
  base::Uuid id;
};
Key KeyOf(const Scope& scope);

// SHA-256 of the request, its request_id included (what is compared has the same one), in a
// serialisation that is the same in every process of this build.
std::string ContentHash(const google::protobuf::Message& request);

// Runs `body`, which fills `response`, inside `tx`, and stores the response under the scope; or, if
// that request has succeeded before, fills `response` from there without running `body`.
// INVALID_ARGUMENT, REQUEST_ID_REUSED when it had other content. Call it in Pool::Transact: a race
// of two equal requests ends in kAborted for one, which then finds the other's answer.
absl::Status Once(db::Tx& tx, const Scope& scope, const google::protobuf::Message& request,
                  absl::Time now, google::protobuf::Message* response,
                  const std::function<absl::Status()>& body);

// Removes at most `limit` keys made before `now` minus 30 days; returns how many went.
absl::StatusOr<int64_t> Purge(db::Tx& tx, absl::Time now, int64_t limit);

// The error of an id used again with other content.
absl::Status RequestIdReused();

}  // namespace laurel::idempotency
