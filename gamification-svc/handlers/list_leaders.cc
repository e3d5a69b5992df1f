#include "absl/strings/numbers.h"
#include "gamification-svc/domain/ranking.h"
#include "gamification-svc/handlers/handlers.h"
#include "gamification-svc/store/scores.h"
#include "lib/page/page.h"
#include "lib/status/error.h"

namespace laurel::gamification::handlers {
namespace {

// "<score> <mem_…>" of the last standing of a page.
std::optional<store::Score> ReadPosition(const std::string& position,
                                         const base::Uuid& program_id) {
  const size_t blank = position.find(' ');
  if (blank == std::string::npos) return std::nullopt;
  store::Score score;
  score.program_id = program_id;
  const auto member = base::DecodeId("mem", position.substr(blank + 1));
  if (!member || !absl::SimpleAtoi(position.substr(0, blank), &score.score)) return std::nullopt;
  score.member_id = *member;
  return score;
}

}  // namespace

absl::Status ListLeaders(const Deps& deps, const server::Call& call,
                         const v1::ListLeadersRequest& request, v1::ListLeadersResponse* response) {
  const base::Uuid program_id = *base::DecodeId("prg", request.program_id());
  const std::string filter = "ListLeaders " + request.program_id();
  LAUREL_ASSIGN_OR_RETURN(const std::string position, page::Position(request.page_token(), filter));
  const int64_t size = page::Size(request.page_size());
  const auto after = ReadPosition(position, program_id);
  LAUREL_ASSIGN_OR_RETURN(const store::ScorePage page,
                          db::ReadFor<store::ScorePage>(deps.pool, call.deadline, [&](db::Tx& tx) {
                            return store::ListScores(tx, program_id, after, size + 1);
                          }));
  std::vector<int64_t> scores;
  for (const store::Score& score : page.scores) scores.push_back(score.score);
  const std::vector<int64_t> ranks = RanksOf(scores, page.rows_before, page.greater);
  for (size_t i = 0; i < scores.size(); ++i) {
    if (response->standings_size() == size) {
      const store::Score& last = page.scores[i - 1];
      response->set_next_page_token(page::Token(
          std::to_string(last.score) + " " + base::EncodeId("mem", last.member_id), filter));
      break;
    }
    v1::Standing& standing = *response->add_standings();
    standing.set_rank(ranks[i]);
    standing.set_score(scores[i]);
    const std::string member_id = base::EncodeId("mem", page.scores[i].member_id);
    // A member sees nobody's id but its own.
    if (!call.caller.IsMember() || call.caller.subject == member_id)
      standing.set_member_id(member_id);
  }
  return absl::OkStatus();
}

}  // namespace laurel::gamification::handlers
