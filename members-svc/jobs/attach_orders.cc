#include "members-svc/jobs/attach_orders.h"

#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "lib/base/sha256.h"
#include "lib/idempotency/once.h"
#include "lib/status/error.h"
#include "members-svc/domain/order_matching.h"
#include "members-svc/jobs/job_deadline.h"
#include "members-svc/ledger/request_key.h"

namespace laurel::members {
namespace {

constexpr int64_t kOrdersAtOnce = 256;
constexpr int64_t kPurgedAtOnce = 5000;
// Longer than any transaction lasts (docs/invariants.md), with room for clocks that differ.
constexpr absl::Duration kLookAgainFor = absl::Minutes(2);

// One thing that the customer of an order was named by, and whose it is by now.
struct Named {
  int bucket = 0;
  IdentifierKind kind = IdentifierKind::kExternalId;
  std::string hash;
  absl::Time create_time;
  int64_t looks = 0;
  int64_t looked = 0;
  std::optional<base::Uuid> owner;
};

struct Waiting {
  base::Uuid order_id;
  base::Uuid program_id;
  absl::Time until;
  std::vector<Named> names;
};

std::vector<Waiting> WaitingOf(const db::Rows& rows) {
  std::vector<Waiting> out;
  for (size_t i = 0; i < rows.size(); ++i) {
    const db::Row row = rows[i];
    if (out.empty() || out.back().order_id != row.Uuid(0)) {
      out.push_back({row.Uuid(0), row.Uuid(1), row.Time(6), {}});
    }
    out.back().names.push_back({.bucket = static_cast<int>(row.Int(2)),
                                .kind = static_cast<IdentifierKind>(row.Int(3)),
                                .hash = row.Bytes(4),
                                .create_time = row.Time(5),
                                .looks = row.Int(7),
                                .looked = row.Int(8),
                                .owner = row.OptionalUuid(9)});
  }
  return out;
}

// The programme's order of matching decides, as it did when the order was recorded.
std::optional<OrderMatch> MemberOf(const Waiting& waiting, const OrderSettings& settings) {
  for (const v1::MatchKind kind : settings.matching) {
    if (kind == v1::MATCH_KIND_MEMBER_ID) continue;
    for (const Named& name : waiting.names) {
      if (MatchKindOf(name.kind) == kind && name.owner) return OrderMatch{kind, *name.owner};
    }
  }
  return std::nullopt;
}

Command AttachCommand(const Waiting& waiting, const OrderMatch& match) {
  const std::string order = base::EncodeId("ord", waiting.order_id);
  const std::string member = base::EncodeId("mem", match.member_id);
  Command command;
  command.program_id = waiting.program_id;
  command.member_id = match.member_id;
  command.request_id = order;
  command.request_key = RequestKeyOf({.program_id = base::EncodeId("prg", waiting.program_id),
                                      .principal = "attach orders",
                                      .method = "AttachOrder",
                                      .owner_id = member,
                                      .request_id = order});
  command.content_hash = base::Sha256(order + member).substr(0, kContentHashBytes);
  command.what = RecordOrder{.unmatched_id = waiting.order_id, .matched_by = match.kind};
  return command;
}

// One page of orders.
class Page {
 public:
  Page(const AttachOrders::Deps& deps, std::vector<Waiting> waiting)
      : deps_(deps), waiting_(std::move(waiting)), now_(deps.clock.Now()) {}

  absl::StatusOr<int64_t> Run() {
    LAUREL_RETURN_IF_ERROR(ReadRules());
    std::vector<Command> commands;
    std::vector<const Waiting*> wanted;
    for (const Waiting& waiting : waiting_) {
      const auto match = waiting.until < now_ ? std::nullopt : MatchOf(waiting);
      if (match) {
        commands.push_back(AttachCommand(waiting, *match));
        wanted.push_back(&waiting);
      } else {
        AddLookedAt(waiting);
      }
    }
    int64_t attached = 0;
    const auto outcomes = deps_.ledger.RunAll(std::move(commands));
    for (size_t i = 0; i < outcomes.size(); ++i) {
      if (outcomes[i].ok()) {
        ++attached;
      } else if (!MayBeRunAgain(outcomes[i].status())) {
        AddLookedAt(*wanted[i]);
      }
    }
    LAUREL_RETURN_IF_ERROR(WriteLookedAt());
    return attached;
  }

 private:
  absl::Status ReadRules() {
    return deps_.pool.Read(JobDeadline(), [&](db::Tx& tx) -> absl::Status {
      for (const Waiting& waiting : waiting_) {
        if (settings_.contains(waiting.program_id)) continue;
        LAUREL_ASSIGN_OR_RETURN(const auto rules, deps_.campaigns.Current(tx, waiting.program_id));
        settings_[waiting.program_id] = rules->orders;
      }
      return absl::OkStatus();
    });
  }

  std::optional<OrderMatch> MatchOf(const Waiting& waiting) const {
    return MemberOf(waiting, settings_.at(waiting.program_id));
  }

  // Unless a transaction may still be under way that makes it somebody's.
  void AddLookedAt(const Waiting& waiting) {
    for (const Named& name : waiting.names) {
      if (name.looks == name.looked || name.create_time > now_ - kLookAgainFor) continue;
      buckets_.Add(name.bucket);
      programs_.Add(waiting.program_id);
      kinds_.Add(static_cast<int>(name.kind));
      hashes_.Add(db::Bytes{name.hash});
      orders_.Add(waiting.order_id);
      looks_.Add(name.looks);
      any_ = true;
    }
  }

  absl::Status WriteLookedAt() {
    if (!any_) return absl::OkStatus();
    const auto columns = std::tuple(buckets_.Take(), programs_.Take(), kinds_.Take(),
                                    hashes_.Take(), orders_.Take(), looks_.Take());
    return deps_.pool.Transact(JobDeadline(), [&](db::Tx& tx) {
      return std::apply(
          [&tx](const auto&... column) {
            return tx.Query("unmatched_looked_at", column...).status();
          },
          columns);
    });
  }

  const AttachOrders::Deps& deps_;
  const std::vector<Waiting> waiting_;
  const absl::Time now_;
  absl::flat_hash_map<base::Uuid, OrderSettings> settings_;  // of the programmes
  // What was looked at in vain.
  db::ArrayBuilder buckets_, programs_, kinds_, hashes_, orders_, looks_;
  bool any_ = false;
};

}  // namespace

absl::StatusOr<int64_t> AttachOrders::Round(const std::atomic<bool>& stopping) {
  int64_t attached = 0;
  base::Uuid last;
  while (!stopping) {
    db::Rows rows;
    LAUREL_RETURN_IF_ERROR(deps_.pool.Read(JobDeadline(), [&](db::Tx& tx) -> absl::Status {
      LAUREL_ASSIGN_OR_RETURN(rows, tx.Query("read_unmatched_to_look_at", last, kOrdersAtOnce));
      return absl::OkStatus();
    }));
    if (rows.empty()) break;
    last = rows[rows.size() - 1].Uuid(0);
    LAUREL_ASSIGN_OR_RETURN(const int64_t some, Page(deps_, WaitingOf(rows)).Run());
    attached += some;
  }
  bool more = true;
  while (more && !stopping) {
    LAUREL_RETURN_IF_ERROR(deps_.pool.Transact(JobDeadline(), [&](db::Tx& tx) -> absl::Status {
      LAUREL_ASSIGN_OR_RETURN(const db::Rows gone, tx.Query("purge_unmatched_identifiers",
                                                            deps_.clock.Now(), kPurgedAtOnce));
      more = static_cast<int64_t>(gone.affected()) == kPurgedAtOnce;
      return absl::OkStatus();
    }));
  }
  return attached;
}

}  // namespace laurel::members
