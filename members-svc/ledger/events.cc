#include "members-svc/ledger/events.h"

#include "lib/base/timestamps.h"
#include "lib/outbox/outbox.h"
#include "members-svc/ledger/answers.h"

namespace laurel::members {
namespace {

namespace pb = members::v1;

events::v1::Event Header(base::IdSource& ids, const Command& command, const BatchState& state,
                         std::string_view subject, std::string_view member_id) {
  const absl::Time now = absl::FromUnixMicros(state.now_us);
  return outbox::MakeEvent({.id = ids.Next(now),
                            .source = "members",
                            .subject = subject,
                            .program_id = base::EncodeId("prg", command.program_id),
                            .member_id = member_id,
                            .time = now,
                            .traceparent = command.traceparent});
}

// The payload of what a person or a policy has corrected; false: entries of this kind tell nothing.
bool FillCorrection(const std::string& code, const LedgerEntry& entry, events::v1::Event& event) {
  const int64_t delta = entry.active_delta + entry.pending_delta;
  pb::Entry detail;
  switch (entry.kind) {
    case pb::ENTRY_KIND_ADJUSTMENT:
      event.mutable_points_adjusted()->set_wallet_type(code);
      event.mutable_points_adjusted()->set_delta(delta);
      return true;
    case pb::ENTRY_KIND_TRANSFER_OUT:
    case pb::ENTRY_KIND_TRANSFER_IN:
      detail.ParseFromString(entry.detail);
      event.mutable_points_transferred()->set_wallet_type(code);
      event.mutable_points_transferred()->set_delta(delta);
      event.mutable_points_transferred()->set_counterpart_member_id(detail.counterpart_member_id());
      return true;
    case pb::ENTRY_KIND_CLAW_BACK:
      event.mutable_points_clawed_back()->set_wallet_type(code);
      event.mutable_points_clawed_back()->set_amount(-delta);
      return true;
    case pb::ENTRY_KIND_REINSTATEMENT:
      event.mutable_points_reinstated()->set_wallet_type(code);
      event.mutable_points_reinstated()->set_amount(delta);
      return true;
    case pb::ENTRY_KIND_ACTIVATION:
      event.mutable_points_activated()->set_wallet_type(code);
      event.mutable_points_activated()->set_amount(entry.active_delta);
      return true;
    case pb::ENTRY_KIND_CANCELLATION:
      event.mutable_points_cancelled()->set_wallet_type(code);
      event.mutable_points_cancelled()->set_amount(-delta);
      return true;
    case pb::ENTRY_KIND_REVERSAL:
      detail.ParseFromString(entry.detail);
      event.mutable_points_reversed()->set_wallet_type(code);
      event.mutable_points_reversed()->set_delta(delta);
      event.mutable_points_reversed()->set_undone_seq(entry.refunded_seq);
      event.mutable_points_reversed()->set_undone_kind(pb::EntryKind_Name(detail.undone_kind()));
      return true;
    default:
      return false;
  }
}

}  // namespace

void AddEvents(base::IdSource& ids, const Command& command, const ProgramRules& rules,
               const WrittenEntry& written, const base::Uuid& member_id, BatchState& state) {
  const WalletId& wallet = written.wallet;
  const LedgerEntry& entry = written.entry;
  const int64_t amount = entry.active_delta + entry.pending_delta;
  const std::string& code = rules.WalletTypeByNumber(wallet.wallet_no)->policy.code();
  const bool tells = entry.account != Account::kMember || entry.kind == pb::ENTRY_KIND_ACTIVATION;
  if (!tells || member_id.IsZero()) return;
  const std::string subject = base::EncodeId(
      "ent", EntryIdOf(wallet.owner_id, wallet.wallet_no, entry.create_us, entry.seq));
  events::v1::Event event = Header(ids, command, state, subject, base::EncodeId("mem", member_id));
  switch (entry.kind) {
    case pb::ENTRY_KIND_ACCRUAL: {
      auto* earned = event.mutable_points_earned();
      earned->set_wallet_type(code);
      earned->set_amount(amount);
      if (!entry.order_id.IsZero()) earned->set_order_id(base::EncodeId("ord", entry.order_id));
      base::SetTimestamp(absl::FromUnixMicros(entry.occur_us), earned->mutable_occur_time());
      break;
    }
    case pb::ENTRY_KIND_REDEMPTION:
    case pb::ENTRY_KIND_CAPTURE:
      event.mutable_points_spent()->set_wallet_type(code);
      event.mutable_points_spent()->set_amount(-entry.active_delta - entry.reserved_delta);
      break;
    case pb::ENTRY_KIND_REFUND:
      event.mutable_points_refunded()->set_wallet_type(code);
      event.mutable_points_refunded()->set_amount(amount);
      break;
    case pb::ENTRY_KIND_EXPIRY:
      event.mutable_points_expired()->set_wallet_type(code);
      event.mutable_points_expired()->set_amount(-amount);
      break;
    default:
      if (!FillCorrection(code, entry, event)) return;
  }
  state.events.push_back(std::move(event));
}

void AddOrderEvent(base::IdSource& ids, const Command& command, const ProgramRules& rules,
                   const pb::Order& order, BatchState& state) {
  events::v1::Event event = Header(ids, command, state, order.order_id(), order.member_id());
  auto* recorded = event.mutable_order_recorded();
  recorded->set_order_id(order.order_id());
  *recorded->mutable_occur_time() = order.occur_time();
  recorded->set_store(order.store());
  recorded->set_channel(order.channel());
  recorded->set_currency_code(rules.currency_code);
  recorded->set_total_minor_units(order.total().minor_units());
  for (const auto& line : order.lines()) {
    auto* out = recorded->add_lines();
    out->set_sku(line.sku());
    out->set_category(line.category());
    out->set_brand(line.brand());
    out->set_quantity_thousandths(line.quantity_thousandths());
    out->set_amount_minor_units(line.amount_minor_units());
    *out->mutable_labels() = line.labels();
  }
  const auto points = order.points_earned().find("points");
  if (points != order.points_earned().end()) recorded->set_points_earned(points->second);
  state.events.push_back(std::move(event));
}

void AddReturnEvent(base::IdSource& ids, const Command& command, const pb::Order& order,
                    const pb::OrderReturn& returned, BatchState& state) {
  events::v1::Event event = Header(ids, command, state, order.order_id(), returned.member_id());
  auto* out = event.mutable_order_returned();
  out->set_order_id(order.order_id());
  out->set_return_id(returned.return_id());
  out->set_number(returned.number());
  *out->mutable_occur_time() = returned.occur_time();
  *out->mutable_order_occur_time() = order.occur_time();
  out->set_store(order.store());
  out->set_channel(order.channel());
  out->set_currency_code(order.total().currency_code());
  out->set_amount_minor_units(returned.amount().minor_units());
  for (const pb::ReturnedLine& line : returned.lines()) {
    const pb::OrderLine& bought = order.lines(line.line_number() - 1);
    auto* back = out->add_lines();
    back->set_line_number(line.line_number());
    back->set_sku(bought.sku());
    back->set_category(bought.category());
    back->set_brand(bought.brand());
    back->set_quantity_thousandths(line.quantity_thousandths());
    back->set_amount_minor_units(line.amount_minor_units());
    *back->mutable_labels() = bought.labels();
  }
  out->set_whole(returned.order_state() != pb::ORDER_STATE_PARTLY_RETURNED);
  out->set_cancelled(returned.order_state() == pb::ORDER_STATE_CANCELLED);
  const auto points = returned.points().find(std::string(kDefaultWalletType));
  if (points != returned.points().end()) {
    out->set_points_clawed_back(points->second.clawed_back());
    out->set_points_refunded(points->second.refunded());
  }
  state.events.push_back(std::move(event));
}

}  // namespace laurel::members
