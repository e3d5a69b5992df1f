#include "members-svc/ledger/events.h"

#include <map>

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

std::string IdOf(const WrittenEntry& written) {
  return base::EncodeId("ent", EntryIdOf(written.wallet.owner_id, written.wallet.wallet_no,
                                         written.entry.create_us, written.entry.seq));
}

// Which accrual it took from.
void FillAccrual(const WrittenEntry& written, const BatchState& state,
                 events::v1::PointsClawedBack& out) {
  const LedgerEntry& entry = written.entry;
  const auto accrual =
      state.referred.find({written.wallet.owner_id, written.wallet.wallet_no, entry.refunded_seq});
  if (accrual == state.referred.end()) return;
  const LedgerEntry& given = accrual->second.entry;
  out.set_accrual_entry_id(IdOf(accrual->second));
  out.set_accrual_points(given.active_delta + given.pending_delta);
  base::SetTimestamp(absl::FromUnixMicros(given.occur_us), out.mutable_accrual_occur_time());
}

// The points that a return is about, each with what earlier returns were about.
void FillPoints(const OrderToReturn& order, const pb::OrderReturn& returned,
                const BatchState& state, events::v1::OrderReturned& out) {
  std::map<std::string, const LedgerEntry*> entries;
  for (const auto* keys : {&order.redemptions, &order.accruals}) {
    for (const EntryKey& key : *keys) {
      const WrittenEntry& written = state.referred.at(key);
      entries[IdOf(written)] = &written.entry;
    }
  }
  std::map<std::string, int64_t> before;
  for (const pb::OrderReturn& earlier : order.returns) {
    for (const pb::ReturnedEntry& item : earlier.entries()) {
      before[item.entry_id()] += item.points_due();
    }
  }
  for (const pb::ReturnedEntry& item : returned.entries()) {
    const LedgerEntry& entry = *entries.at(item.entry_id());
    auto* points = out.add_points();
    points->set_entry_id(item.entry_id());
    points->set_wallet_type(item.wallet_type());
    points->set_spent(item.refund());
    base::SetTimestamp(absl::FromUnixMicros(item.refund() ? entry.create_us : entry.occur_us),
                       points->mutable_time());
    const int64_t moved = entry.active_delta + entry.pending_delta + entry.reserved_delta;
    points->set_points(item.refund() ? -moved : moved);
    points->set_points_before(before[item.entry_id()]);
    points->set_points_back(item.points_due());
  }
}

void FillLine(const pb::OrderLine& line, events::v1::OrderedLine& out) {
  out.set_sku(line.sku());
  out.set_category(line.category());
  out.set_brand(line.brand());
  out.set_quantity_thousandths(line.quantity_thousandths());
  out.set_amount_minor_units(line.amount_minor_units());
  *out.mutable_labels() = line.labels();
}

void FillReturnedLine(const pb::Order& order, const pb::ReturnedLine& line,
                      events::v1::ReturnedOrderLine& out) {
  const pb::OrderLine& bought = order.lines(line.line_number() - 1);
  out.set_line_number(line.line_number());
  out.set_sku(bought.sku());
  out.set_category(bought.category());
  out.set_brand(bought.brand());
  out.set_quantity_thousandths(line.quantity_thousandths());
  out.set_amount_minor_units(line.amount_minor_units());
  *out.mutable_labels() = bought.labels();
}

// The payload of what a person or a policy has corrected; false: entries of this kind tell nothing.
bool FillCorrection(const Command& command, const std::string& code, const WrittenEntry& written,
                    const BatchState& state, events::v1::Event& event) {
  const LedgerEntry& entry = written.entry;
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
      event.mutable_points_clawed_back()->set_service(command.service);
      FillAccrual(written, state, *event.mutable_points_clawed_back());
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
  events::v1::Event event =
      Header(ids, command, state, IdOf(written), base::EncodeId("mem", member_id));
  switch (entry.kind) {
    case pb::ENTRY_KIND_ACCRUAL: {
      auto* earned = event.mutable_points_earned();
      earned->set_wallet_type(code);
      earned->set_amount(amount);
      earned->set_service(command.service);
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
      if (!FillCorrection(command, code, written, state, event)) return;
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
  for (const auto& line : order.lines()) FillLine(line, *recorded->add_lines());
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
    FillReturnedLine(order, line, *out->add_lines());
  }
  out->set_order_total_minor_units(order.total().minor_units());
  for (const pb::OrderLine& line : order.lines()) FillLine(line, *out->add_order_lines());
  for (const pb::ReturnedLine& line : returned.returned_lines()) {
    FillReturnedLine(order, line, *out->add_returned_lines());
  }
  FillPoints(state.orders_to_return.at(*base::DecodeId("ord", order.order_id())), returned, state,
             *out);
  out->set_whole(returned.order_state() != pb::ORDER_STATE_PARTLY_RETURNED);
  out->set_cancelled(returned.order_state() == pb::ORDER_STATE_CANCELLED);
  const auto points = returned.points().find(std::string(kDefaultWalletType));
  if (points != returned.points().end()) {
    out->set_points_clawed_back(points->second.clawed_back());
    out->set_points_refunded(points->second.refunded());
  }
  state.events.push_back(std::move(event));
}

void AddActivityEvent(base::IdSource& ids, const Command& command, const pb::Activity& activity,
                      BatchState& state) {
  events::v1::Event event =
      Header(ids, command, state, activity.activity_id(), activity.member_id());
  auto* recorded = event.mutable_activity_recorded();
  recorded->set_activity_id(activity.activity_id());
  recorded->set_activity_type(activity.activity_type());
  *recorded->mutable_occur_time() = activity.occur_time();
  recorded->set_store(activity.store());
  recorded->set_place(activity.place());
  state.events.push_back(std::move(event));
}

}  // namespace laurel::members
