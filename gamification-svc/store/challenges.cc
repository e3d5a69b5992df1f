#include "gamification-svc/store/challenges.h"

#include "lib/status/error.h"

namespace laurel::gamification::store {
namespace {

absl::StatusOr<v1::Challenge> Parse(const db::Row& row, int column) {
  v1::Challenge challenge;
  if (!challenge.ParseFromString(row.Bytes(column)))
    return absl::InternalError("a challenge does not parse");
  return challenge;
}

}  // namespace

absl::Status InsertChallenge(db::Tx& tx, const base::Uuid& program_id, const base::Uuid& id,
                             const v1::Challenge& challenge) {
  const std::string definition = challenge.SerializeAsString();
  return tx
      .Query("insert_challenge", program_id, id, static_cast<int>(challenge.event_type()),
             db::Bytes{definition})
      .status();
}

absl::StatusOr<v1::Challenge> GetChallenge(db::Tx& tx, const base::Uuid& program_id,
                                           const base::Uuid& id) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("get_challenge", program_id, id));
  if (rows.empty()) {
    return status::NotFound("CHALLENGE_NOT_FOUND", "There is no such challenge.");
  }
  return Parse(rows[0], 0);
}

absl::StatusOr<std::vector<v1::Challenge>> ListChallenges(db::Tx& tx, const base::Uuid& program_id,
                                                          const base::Uuid& after, int64_t limit) {
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("list_challenges", program_id, after, limit));
  std::vector<v1::Challenge> challenges;
  for (size_t i = 0; i < rows.size(); ++i) {
    LAUREL_ASSIGN_OR_RETURN(v1::Challenge challenge, Parse(rows[i], 0));
    challenges.push_back(std::move(challenge));
  }
  return challenges;
}

absl::StatusOr<std::vector<StoredChallenge>> LoadChallenges(
    db::Tx& tx, const absl::flat_hash_set<base::Uuid>& program_ids,
    const absl::flat_hash_set<v1::EventType>& types) {
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("load_challenges", db::ArrayOf(program_ids, [](const auto& id) { return id; }),
               db::ArrayOf(types, [](v1::EventType type) { return static_cast<int>(type); })));
  std::vector<StoredChallenge> challenges;
  for (size_t i = 0; i < rows.size(); ++i) {
    LAUREL_ASSIGN_OR_RETURN(v1::Challenge challenge, Parse(rows[i], 2));
    challenges.push_back({rows[i].Uuid(0), rows[i].Uuid(1), std::move(challenge)});
  }
  return challenges;
}

}  // namespace laurel::gamification::store
