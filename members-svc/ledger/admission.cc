#include "members-svc/ledger/admission.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/container/node_hash_map.h"
#include "lib/base/bucket.h"
#include "lib/base/timestamps.h"
#include "lib/idempotency/once.h"
#include "lib/log/log.h"
#include "lib/status/error.h"
#include "members-svc/domain/order_matching.h"
#include "members-svc/ledger/ledger.h"
#include "members-svc/ledger/order_decision.h"
#include "members-svc/ledger/request_key.h"
#include "members-svc/store/ledger_rows.h"
#include "members-svc/store/member_store.h"
#include "members-svc/store/unmatched_store.h"

namespace laurel::members {
namespace {

namespace pb = members::v1;

using Answers = std::vector<std::optional<absl::StatusOr<Outcome>>>;

constexpr int64_t kDayUs = 86400LL * 1000000;
constexpr uint64_t kOrderSlices = 1024;

absl::Status OrderNotFound() { return status::NotFound("ORDER_NOT_FOUND", "No such order."); }

RecordOrder& RecordOf(Command& command) { return std::get<RecordOrder>(command.what); }

// An order that names its customer by several identifiers.
struct Asked {
  size_t at = 0;  // its place among the commands
  std::shared_ptr<const ProgramRules> rules = {};
  std::vector<GivenIdentifier> given = {};
};

// One attempt of the transaction.
class Admitting {
 public:
  Admitting(const AdmissionDeps& deps, std::vector<Command>& commands)
      : deps_(deps), commands_(commands), answers_(commands.size()), now_(deps.clock.Now()) {}

  absl::Status Run(db::Tx& tx) {
    LAUREL_RETURN_IF_ERROR(ReadAttached(tx));
    LAUREL_RETURN_IF_ERROR(Ask(tx));
    LAUREL_RETURN_IF_ERROR(Read(tx));
    LAUREL_RETURN_IF_ERROR(AnswerRepeated(tx));
    for (const Asked& asked : asked_) Decide(asked);
    for (const auto& [later, first] : twins_) AnswerTwin(later, first);
    return InsertUnmatched(tx, unmatched_);
  }
  Answers TakeAnswers() { return std::move(answers_); }

 private:
  // What was bought is what the ledger needs of an order that is attached.
  absl::Status ReadAttached(db::Tx& tx) {
    std::vector<base::Uuid> ids;
    for (Command& command : commands_) {
      if (const auto& id = RecordOf(command).unmatched_id; !id.IsZero()) ids.push_back(id);
    }
    LAUREL_ASSIGN_OR_RETURN(const auto rows, FindUnmatched(tx, ids));
    for (size_t i = 0; i < commands_.size(); ++i) {
      RecordOrder& record = RecordOf(commands_[i]);
      if (record.unmatched_id.IsZero()) continue;
      const auto found = rows.find(record.unmatched_id);
      if (found == rows.end() || found->second.program_id != commands_[i].program_id) {
        const absl::Status why = WhyNotThere(tx, commands_[i], record.unmatched_id);
        if (db::IsDatabaseError(why)) return why;
        answers_[i] = absl::StatusOr<Outcome>(why);
        continue;
      }
      auto request = std::make_shared<pb::RecordOrderRequest>();
      if (!request->ParseFromString(found->second.content)) {
        return absl::InternalError("a stored unmatched order does not parse");
      }
      request->set_request_id(commands_[i].request_id);
      base::SetTimestamp(absl::FromUnixMicros(found->second.occur_us),
                         request->mutable_occur_time());
      request->set_historical(true);  // how late it may be, attach_until_us says
      record.kept_us = found->second.create_us;
      record.attach_until_us = found->second.attach_until_us;
      record.request = request.get();
      record.owned = std::move(request);
    }
    return absl::OkStatus();
  }

  // An order that was never kept unmatched is a member's, or does not exist.
  absl::Status WhyNotThere(db::Tx& tx, const Command& command, const base::Uuid& order_id) {
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, GetOrderRow(tx, order_id));
    if (rows.empty() || rows[0].Uuid(1) != command.program_id) return OrderNotFound();
    return OrderAttached(order_id);
  }

  absl::Status Ask(db::Tx& tx) {
    for (size_t i = 0; i < commands_.size(); ++i) {
      const Command& command = commands_[i];
      if (!RecordOf(commands_[i]).unmatched_id.IsZero()) continue;
      auto known = programs_.find(command.program_id);
      if (known == programs_.end()) {
        known =
            programs_.emplace(command.program_id, deps_.campaigns.Current(tx, command.program_id))
                .first;
      }
      const auto& rules = known->second;
      if (!rules.ok()) {
        if (db::IsDatabaseError(rules.status())) return rules.status();
        answers_[i] = absl::StatusOr<Outcome>(rules.status());
        continue;
      }
      asked_.push_back(
          {.at = i,
           .rules = *rules,
           .given = GivenBy(deps_.index, base::EncodeId("prg", command.program_id),
                            (*rules)->orders, RecordOf(commands_[i]).request->customer())});
    }
    return absl::OkStatus();
  }

  // Whose the identifiers are, and what the directory of orders knows of requests and external ids.
  absl::Status Read(db::Tx& tx) {
    absl::flat_hash_map<base::Uuid, std::vector<Identifier>> wanted;
    db::ArrayBuilder buckets, keys;
    for (const Asked& asked : asked_) {
      const Command& command = commands_[asked.at];
      auto& of_program = wanted[command.program_id];
      for (Identifier& one : InDirectory(asked.given)) of_program.push_back(std::move(one));
      for (const base::Uuid& key : DirectoryKeysOf(asked)) {
        buckets.Add(base::BucketOf(key));
        keys.Add(key);
      }
    }
    if (wanted.empty()) return absl::OkStatus();
    for (const auto& [program_id, identifiers] : wanted) {
      LAUREL_ASSIGN_OR_RETURN(const Owners owners, FindOwners(tx, program_id, identifiers));
      owners_.insert(owners.begin(), owners.end());  // the programme is hashed with the value
    }
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                            tx.Query("read_order_directory", buckets.Take(), keys.Take()));
    for (size_t i = 0; i < rows.size(); ++i) directory_[rows[i].Uuid(0)] = rows[i].Uuid(1);
    return absl::OkStatus();
  }

  // The key of the request, and that of the order's external id.
  std::vector<base::Uuid> DirectoryKeysOf(const Asked& asked) {
    const Command& command = commands_[asked.at];
    const base::Uuid key = DirectoryKeyOf(command.program_id, RecordOf(commands_[asked.at]));
    if (key.IsZero()) return {command.request_key};
    return {command.request_key, key};
  }

  // Requests that have succeeded before, and those that stand here twice.
  absl::Status AnswerRepeated(db::Tx& tx) {
    absl::flat_hash_map<base::Uuid, size_t> firsts;
    std::vector<base::Uuid> orders;
    for (const Asked& asked : asked_) {
      const base::Uuid& key = commands_[asked.at].request_key;
      if (const auto order = directory_.find(key); order != directory_.end()) {
        orders.push_back(order->second);
        continue;
      }
      const auto [first, is_first] = firsts.try_emplace(key, asked.at);
      if (is_first) continue;
      done_.insert(asked.at);
      if (commands_[first->second].content_hash == commands_[asked.at].content_hash) {
        twins_.emplace_back(asked.at, first->second);
      } else {
        answers_[asked.at] = absl::StatusOr<Outcome>(idempotency::RequestIdReused());
      }
    }
    LAUREL_ASSIGN_OR_RETURN(const auto rows, FindUnmatched(tx, orders));
    for (const Asked& asked : asked_) {
      const auto order = directory_.find(commands_[asked.at].request_key);
      if (order == directory_.end()) continue;
      done_.insert(asked.at);
      const auto row = rows.find(order->second);
      if (row == rows.end()) {
        LAUREL_RETURN_IF_ERROR(AnswerWithMembersOrder(tx, asked.at, order->second));
      } else {
        LAUREL_ASSIGN_OR_RETURN(pb::Order unmatched, UnmatchedOrderOf(row->second));
        AnswerAgain(asked.at, row->second.content_hash, std::move(unmatched));
      }
    }
    return absl::OkStatus();
  }

  absl::Status AnswerWithMembersOrder(db::Tx& tx, size_t at, const base::Uuid& order_id) {
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, GetOrderRow(tx, order_id));
    if (rows.empty()) return absl::InternalError("the directory leads to no order");
    const StoredOrder stored = OrderOf(rows[0]);
    pb::Order order;
    if (!order.ParseFromString(stored.content)) {
      return absl::InternalError("a stored order does not parse");
    }
    AnswerAgain(at, stored.content_hash, std::move(order));
    return absl::OkStatus();
  }

  void AnswerAgain(size_t at, const std::string& content_hash, pb::Order order) {
    if (content_hash == commands_[at].content_hash) {
      answers_[at] = absl::StatusOr<Outcome>(std::move(order));
    } else {
      answers_[at] = absl::StatusOr<Outcome>(idempotency::RequestIdReused());
    }
  }

  void Decide(const Asked& asked) {
    if (done_.contains(asked.at)) return;
    if (const auto match = FindMatch(asked.given, owners_)) {
      Bind(asked.at, *match);
    } else if (auto kept = KeepUnmatched(asked); kept.ok()) {
      answers_[asked.at] = absl::StatusOr<Outcome>(*std::move(kept));
    } else {
      answers_[asked.at] = absl::StatusOr<Outcome>(kept.status());
    }
  }

  void Bind(size_t at, const OrderMatch& match) {
    commands_[at].member_id = match.member_id;
    RecordOf(commands_[at]).matched_by = match.kind;
  }

  absl::StatusOr<pb::Order> KeepUnmatched(const Asked& asked) {
    const Command& command = commands_[asked.at];
    const RecordOrder& record = RecordOf(commands_[asked.at]);
    const std::vector<base::Uuid> keys = DirectoryKeysOf(asked);
    for (const base::Uuid& key : keys) {
      const auto taken = directory_.find(key);
      if (taken != directory_.end()) return OrderExists(taken->second);
    }
    if (!record.request->spend_entry_ids().empty()) {
      return status::NotFound("SPEND_NOT_FOUND", "No such redemption of points.");
    }
    const int64_t now_us = absl::ToUnixMicros(now_);
    LAUREL_ASSIGN_OR_RETURN(const OrderTerms terms,
                            CheckOrder(*asked.rules, *record.request, now_us));
    // Nobody's yet: any slice will do.
    const base::Uuid id =
        OrderId(deps_.ids, now_, static_cast<int>(deps_.ids.Random64() % kOrderSlices));
    NewUnmatched order{
        .row = {.order_id = id,
                .program_id = command.program_id,
                .create_us = now_us,
                .occur_us = terms.occur_us,
                .attach_until_us = terms.occur_us + asked.rules->orders.attach_window_days * kDayUs,
                .total_minor_units = terms.total_minor_units,
                .given = BitsOf(asked.given),
                .request_key = command.request_key,
                .content_hash = command.content_hash,
                .content = KeptRequestOf(*record.request)},
        .identifiers = InDirectory(asked.given),
        .directory_keys = keys};
    LAUREL_ASSIGN_OR_RETURN(pb::Order answer, UnmatchedOrderOf(order.row));
    for (const base::Uuid& key : keys) directory_[key] = id;
    unmatched_.push_back(std::move(order));
    return answer;
  }

  // Unless it is answered as the first is, it finds the same member, and the ledger answers both.
  void AnswerTwin(size_t later, size_t first) {
    if (answers_[first]) {
      answers_[later] = answers_[first];
    } else {
      Bind(later, {RecordOf(commands_[first]).matched_by, commands_[first].member_id});
    }
  }

  static absl::StatusOr<db::Rows> GetOrderRow(db::Tx& tx, const base::Uuid& order_id) {
    const int day = DayOf(order_id.TimeOfV7());
    return tx.Query("get_order", BucketOfOrder(order_id), order_id, day - 1, day + 1);
  }

  const AdmissionDeps& deps_;
  std::vector<Command>& commands_;
  Answers answers_;
  const absl::Time now_;
  absl::node_hash_map<base::Uuid, absl::StatusOr<std::shared_ptr<const ProgramRules>>> programs_;
  std::vector<Asked> asked_;
  absl::flat_hash_set<size_t> done_;              // that need not look for their member
  std::vector<std::pair<size_t, size_t>> twins_;  // a later one and the first of the same id
  Owners owners_;
  absl::flat_hash_map<base::Uuid, base::Uuid> directory_;  // of orders, by key
  std::vector<NewUnmatched> unmatched_;
};

Answers AdmitTogether(const AdmissionDeps& deps, std::vector<Command>& commands,
                      absl::Time deadline) {
  Answers answers(commands.size());
  const absl::Status status = deps.pool.Transact(deadline, [&](db::Tx& tx) -> absl::Status {
    Admitting admitting(deps, commands);
    LAUREL_RETURN_IF_ERROR(admitting.Run(tx));
    answers = admitting.TakeAnswers();
    return absl::OkStatus();
  });
  if (status.ok()) return answers;
  log::Error("orders not admitted",
             {{"commands", static_cast<int64_t>(commands.size())}, {"error", status.ToString()}});
  const bool lost = absl::IsUnavailable(status) || absl::IsUnknown(status) ||
                    absl::IsDeadlineExceeded(status) || absl::IsAborted(status) ||
                    absl::IsAlreadyExists(status);
  if (lost || commands.size() == 1) {
    const absl::Status answer = lost ? DatabaseUnavailable() : absl::InternalError("not admitted");
    for (auto& one : answers) one = absl::StatusOr<Outcome>(answer);
    return answers;
  }
  // Something among them poisons the transaction: alone, it fails alone.
  for (size_t i = 0; i < commands.size(); ++i) {
    std::vector<Command> alone;
    alone.push_back(std::move(commands[i]));
    answers[i] = std::move(AdmitTogether(deps, alone, deadline).front());
    commands[i] = std::move(alone.front());
  }
  return answers;
}

}  // namespace

bool NeedsAdmission(const Command& command) {
  const auto* record = std::get_if<RecordOrder>(&command.what);
  if (record == nullptr) return false;
  return !record->unmatched_id.IsZero() || record->request->has_customer();
}

std::vector<std::optional<absl::StatusOr<Outcome>>> Admit(const AdmissionDeps& deps,
                                                          std::vector<Command>& commands,
                                                          absl::Time deadline) {
  Answers answers(commands.size());
  std::vector<Command> asking;
  std::vector<size_t> places;
  for (size_t i = 0; i < commands.size(); ++i) {
    if (!NeedsAdmission(commands[i])) continue;
    places.push_back(i);
    asking.push_back(std::move(commands[i]));
  }
  if (asking.empty()) return answers;
  Answers admitted = AdmitTogether(deps, asking, deadline);
  for (size_t k = 0; k < places.size(); ++k) {
    commands[places[k]] = std::move(asking[k]);
    answers[places[k]] = std::move(admitted[k]);
  }
  return answers;
}

}  // namespace laurel::members
