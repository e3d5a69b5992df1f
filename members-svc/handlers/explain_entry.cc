#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "lib/base/bucket.h"
#include "lib/status/error.h"
#include "members-svc/domain/earning.h"
#include "members-svc/domain/explain.h"
#include "members-svc/domain/tier_benefit.h"
#include "members-svc/handlers/ledger_handlers.h"
#include "members-svc/ledger/answers.h"
#include "members-svc/ledger/request_key.h"
#include "members-svc/store/ledger_rows.h"

namespace laurel::members::handlers {
namespace {

std::string NameOf(Account account) {
  switch (account) {
    case Account::kMember:
      return "wallet";
    case Account::kIssued:
      return "issued";
    case Account::kRedeemed:
      return "redeemed";
    case Account::kExpired:
      return "expired";
    case Account::kReversed:
      return "reversed";
    case Account::kAdjusted:
      return "adjusted";
    case Account::kTransferred:
      return "transferred";
  }
  return "";
}

std::string Moved(const char* what, int64_t delta) {
  if (delta == 0) return "";
  return absl::StrCat(", ", what, delta > 0 ? " +" : " ", delta);
}

std::string SummaryOf(const v1::Entry& entry, const v1::CampaignExplanation* campaigns) {
  std::string kind = v1::EntryKind_Name(entry.kind()).substr(std::string("ENTRY_KIND_").size());
  absl::AsciiStrToLower(&kind);
  for (char& c : kind) c = c == '_' ? ' ' : c;
  std::string out = absl::StrCat(kind, Moved("active", entry.active_delta()),
                                 Moved("pending", entry.pending_delta()),
                                 Moved("reserved", entry.reserved_delta()));
  if (campaigns != nullptr) {
    absl::StrAppend(&out, ": ", campaigns->recomputed_points(), " points of ",
                    campaigns->steps_size(), " campaign(s) for order ",
                    campaigns->order().order_id());
  }
  if (entry.points_over_caps() > 0) {
    absl::StrAppend(&out, "; the wallet type's caps cut ", entry.points_over_caps(),
                    CutsInWords(entry));
  }
  if (entry.has_occurrence()) {
    absl::StrAppend(&out, "; for ", entry.occurrence().trigger(), " (", entry.occurrence().ref(),
                    ")");
  }
  if (!entry.reason().empty()) absl::StrAppend(&out, "; reason: ", entry.reason());
  return out;
}

absl::StatusOr<v1::Order> OrderOfEntry(db::Tx& tx, const base::Uuid& member_id,
                                       const WrittenEntry& found) {
  const int day = DayOf(absl::FromUnixMicros(found.entry.create_us));
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("get_order", base::BucketOf(member_id),
                                                        found.entry.order_id, day, day));
  v1::Order order;
  if (rows.empty() || !order.ParseFromString(OrderOf(rows[0]).content)) {
    return absl::InternalError("the order of an entry is missing or does not parse");
  }
  return order;
}

absl::StatusOr<std::vector<v1::Campaign>> CampaignsOf(db::Tx& tx, const base::Uuid& program_id,
                                                      const std::vector<v1::RuleResult>& results) {
  db::ArrayBuilder ids, versions;
  for (const v1::RuleResult& result : results) {
    ids.Add(base::DecodeId("cmp", result.campaign_id()).value_or(base::Uuid{}));
    versions.Add(static_cast<int64_t>(result.campaign_version()));
  }
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("find_campaign_versions", program_id,
                                                        ids.Take(), versions.Take()));
  std::vector<v1::Campaign> out(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!out[i].ParseFromString(rows[i].Bytes(0))) {
      return absl::InternalError("a campaign's version does not parse");
    }
  }
  return out;
}

bool Holds(const google::protobuf::RepeatedPtrField<v1::RuleResult>& results,
           const v1::RuleResult& wanted) {
  return std::any_of(results.begin(), results.end(), [&](const v1::RuleResult& result) {
    return SourceOf(result) == SourceOf(wanted);
  });
}

// The wallet type that a result gives points of; empty: unknown.
std::string WalletTypeOf(const v1::RuleResult& result, const std::vector<v1::Campaign>& campaigns) {
  if (result.has_tier()) return result.tier().wallet_type();
  for (const v1::Campaign& campaign : campaigns) {
    if (campaign.campaign_id() == result.campaign_id()) return campaign.wallet_type();
  }
  return "";
}

// The order's accruals in the wallet beside this one: those of campaigns that date their points
// otherwise.
absl::StatusOr<std::vector<v1::Entry>> OtherEntriesOf(db::Tx& tx, const WrittenEntry& found,
                                                      int64_t most) {
  const absl::Time recorded = absl::FromUnixMicros(found.entry.create_us);
  db::ArrayBuilder kinds;
  kinds.Add(static_cast<int>(v1::ENTRY_KIND_ACCRUAL));
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("find_ledger_entries", found.bucket, found.wallet.owner_id, found.wallet.wallet_no,
               kNeverUs, kinds.Take(), recorded, recorded + absl::Microseconds(1), DayOf(recorded),
               DayOf(recorded), found.entry.order_id, most));
  std::vector<v1::Entry> out;
  for (size_t i = 0; i < rows.size(); ++i) {
    LAUREL_ASSIGN_OR_RETURN(const WrittenEntry other, EntryOf(rows[i]));
    if (other.entry.seq != found.entry.seq) out.push_back(ToProto(other.wallet, "", other.entry));
  }
  return out;
}

// The order's results in the wallet type of `entry`, by where they stand.
absl::StatusOr<ExplainedResults> ResultsOf(db::Tx& tx, const WrittenEntry& found,
                                           const v1::Entry& entry, const v1::Order& order,
                                           const std::vector<v1::Campaign>& campaigns) {
  ExplainedResults out;
  out.entry = {entry.rule_results().begin(), entry.rule_results().end()};
  std::vector<v1::RuleResult> others;
  for (const v1::RuleResult& result : order.rule_results()) {
    if (IsGrant(result) || Holds(entry.rule_results(), result)) continue;
    if (WalletTypeOf(result, campaigns) == entry.wallet_type()) others.push_back(result);
  }
  if (others.empty()) return out;
  LAUREL_ASSIGN_OR_RETURN(const auto entries, OtherEntriesOf(tx, found, order.rule_results_size()));
  for (const v1::RuleResult& result : others) {
    const bool stands = std::any_of(entries.begin(), entries.end(), [&](const v1::Entry& other) {
      return Holds(other.rule_results(), result);
    });
    (stands ? out.other_entries : out.no_entry).push_back(result);
  }
  return out;
}

// Absent for what is no accrual.
absl::Status Recompute(v1::ExplainEntryResponse* response) {
  if (response->entry().kind() != v1::ENTRY_KIND_ACCRUAL) return absl::OkStatus();
  LAUREL_ASSIGN_OR_RETURN(const int64_t amount, RecomputeAmount(*response));
  response->set_recomputed_amount(amount);
  return absl::OkStatus();
}

}  // namespace

absl::Status ExplainEntry(const Deps& deps, const server::Call& call,
                          const v1::ExplainEntryRequest& request,
                          v1::ExplainEntryResponse* response) {
  const base::Uuid program_id = *base::DecodeId("prg", request.program_id());
  const base::Uuid member_id = *base::DecodeId("mem", request.member_id());
  const base::Uuid entry_id = *base::DecodeId("ent", request.entry_id());
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    response->Clear();
    LAUREL_ASSIGN_OR_RETURN(const auto rules, RulesForMember(deps, tx, program_id, member_id));
    LAUREL_ASSIGN_OR_RETURN(const WrittenEntry found, FindEntry(tx, *rules, member_id, entry_id));
    v1::Entry& entry = *response->mutable_entry();
    entry = ToProto(found.wallet, CodeOf(*rules, found.wallet.wallet_no), found.entry);
    response->set_account(NameOf(found.entry.account));
    // In a pool, the order is of the member that acted, and nobody else's to see.
    const bool own = entry.member_id() == request.member_id();
    if (own && entry.rule_results_size() > 0 && !found.entry.order_id.IsZero()) {
      LAUREL_ASSIGN_OR_RETURN(const v1::Order order, OrderOfEntry(tx, member_id, found));
      LAUREL_ASSIGN_OR_RETURN(
          const auto campaigns,
          CampaignsOf(tx, program_id, {order.rule_results().begin(), order.rule_results().end()}));
      LAUREL_ASSIGN_OR_RETURN(const auto results, ResultsOf(tx, found, entry, order, campaigns));
      LAUREL_ASSIGN_OR_RETURN(
          *response->mutable_campaigns(),
          ExplainCampaigns({order, rules->currency_code, rules->time_zone.name()}, results,
                           campaigns));
    }
    if (own || entry.rule_results().empty()) LAUREL_RETURN_IF_ERROR(Recompute(response));
    response->set_summary(
        SummaryOf(entry, response->has_campaigns() ? &response->campaigns() : nullptr));
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
