// An order that is brought back, bit by bit, as members-svc tells of it.
#pragma once

#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "lib/base/timestamps.h"
#include "tests/gamification-svc/rig.h"

namespace laurel::gamification {

struct BoughtLine {
  std::string sku;
  std::string category;
  int64_t quantity = 0;  // thousandths; 0: it has none and comes back as a whole
  int64_t amount = 0;    // minor units
};

// Points that it earned, or that paid for it.
struct OrderPoints {
  int64_t points = 0;
  bool spent = false;
};

class ReturnedOrder {
 public:
  ReturnedOrder(Rig& rig, std::string member_id, absl::Time at, std::vector<BoughtLine> lines,
                std::vector<OrderPoints> points = {})
      : rig_(rig),
        member_id_(std::move(member_id)),
        at_(at),
        lines_(std::move(lines)),
        points_(std::move(points)),
        returned_(lines_.size()),
        order_id_(base::EncodeId("ord", rig.ids.Next(at))) {}

  // What paid for it, the order, what it earned.
  std::vector<events::v1::Event> Bought() {
    std::vector<events::v1::Event> events;
    for (const OrderPoints& points : points_) {
      if (!points.spent) continue;
      events.push_back(rig_.Event(member_id_));
      base::SetTimestamp(at_, events.back().mutable_time());
      events.back().mutable_points_spent()->set_wallet_type("points");
      events.back().mutable_points_spent()->set_amount(points.points);
    }
    events.push_back(Order());
    for (const OrderPoints& points : points_) {
      if (!points.spent) events.push_back(rig_.Points(member_id_, points.points, at_));
    }
    return events;
  }
  events::v1::Event Order() {
    events::v1::Event event = rig_.Order(member_id_, at_, 0);
    event.mutable_order_recorded()->set_order_id(order_id_);
    event.mutable_order_recorded()->set_store("north");
    for (const BoughtLine& line : lines_) {
      AddLine(event, line.sku, line.category, line.quantity, line.amount);
    }
    return event;
  }

  // Line number → quantity, 0: the rest of it; none: all that is left.
  events::v1::Event Return(std::map<int, int64_t> more = {}) {
    if (more.empty()) {
      for (int number = 1; number <= Lines(); ++number) more[number] = 0;
    }
    const std::vector<Part> before = returned_;
    const std::vector<int64_t> points_before = PointsBack();
    for (const auto& [number, quantity] : more) {
      const size_t i = static_cast<size_t>(number) - 1;
      Part& part = returned_[i];
      const int64_t left = lines_[i].quantity - part.quantity;
      part.quantity += quantity == 0 ? left : quantity;
      part.whole = part.quantity == lines_[i].quantity;
      part.amount =
          part.whole ? lines_[i].amount : lines_[i].amount * part.quantity / lines_[i].quantity;
    }
    return EventOf(before, points_before);
  }
  bool whole() const {
    return std::all_of(returned_.begin(), returned_.end(), [](const Part& p) { return p.whole; });
  }
  // Some of some lines, at least of one.
  events::v1::Event ReturnSome(std::mt19937_64& random) {
    std::map<int, int64_t> more;
    while (more.empty()) {
      for (int number = 1; number <= Lines(); ++number) {
        const size_t i = static_cast<size_t>(number) - 1;
        if (returned_[i].whole || random() % 2 == 0) continue;
        const auto left = static_cast<uint64_t>(lines_[i].quantity - returned_[i].quantity);
        more[number] = left == 0 || random() % 3 == 0 ? 0 : static_cast<int64_t>(random() % left);
      }
    }
    return Return(more);
  }
  // What is left, as an order of its own that nobody brings back.
  ReturnedOrder Left() const {
    std::vector<BoughtLine> lines;
    for (size_t i = 0; i < lines_.size(); ++i) {
      if (returned_[i].whole) continue;
      lines.push_back({lines_[i].sku, lines_[i].category,
                       lines_[i].quantity - returned_[i].quantity,
                       lines_[i].amount - returned_[i].amount});
    }
    return {rig_, member_id_, at_, std::move(lines)};
  }

 private:
  struct Part {
    int64_t quantity = 0;
    int64_t amount = 0;
    bool whole = false;
  };
  int Lines() const { return static_cast<int>(lines_.size()); }

  // Of each item of points: in proportion to the amount that is back, and all with the last unit.
  std::vector<int64_t> PointsBack() const {
    int64_t amount = 0;
    int64_t total = 0;
    for (size_t i = 0; i < lines_.size(); ++i) {
      amount += returned_[i].amount;
      total += lines_[i].amount;
    }
    std::vector<int64_t> back;
    for (const OrderPoints& points : points_) {
      back.push_back(whole() ? points.points : total == 0 ? 0 : points.points * amount / total);
    }
    return back;
  }

  events::v1::Event EventOf(const std::vector<Part>& before,
                            const std::vector<int64_t>& points_before) {
    events::v1::Event event = rig_.Event(member_id_);
    auto& out = *event.mutable_order_returned();
    out.set_order_id(order_id_);
    out.set_number(++returns_);
    base::SetTimestamp(rig_.clock.Now(), out.mutable_occur_time());
    base::SetTimestamp(at_, out.mutable_order_occur_time());
    out.set_store("north");
    out.set_whole(whole());
    const events::v1::Event order = Order();
    out.set_order_total_minor_units(order.order_recorded().total_minor_units());
    *out.mutable_order_lines() = order.order_recorded().lines();
    for (int number = 1; number <= Lines(); ++number) {
      const size_t i = static_cast<size_t>(number) - 1;
      const auto add = [&](events::v1::ReturnedOrderLine* line, const Part& since) {
        line->set_line_number(number);
        line->set_sku(lines_[i].sku);
        line->set_category(lines_[i].category);
        line->set_quantity_thousandths(returned_[i].quantity - since.quantity);
        line->set_amount_minor_units(returned_[i].amount - since.amount);
      };
      if (returned_[i].whole || returned_[i].quantity > 0) add(out.add_returned_lines(), {});
      if (returned_[i].quantity != before[i].quantity || returned_[i].whole != before[i].whole)
        add(out.add_lines(), before[i]);
    }
    const std::vector<int64_t> points_now = PointsBack();
    for (size_t i = 0; i < points_.size(); ++i) {
      if (points_now[i] == points_before[i]) continue;
      auto* points = out.add_points();
      points->set_wallet_type("points");
      points->set_spent(points_[i].spent);
      base::SetTimestamp(at_, points->mutable_time());
      points->set_points(points_[i].points);
      points->set_points_before(points_before[i]);
      points->set_points_back(points_now[i] - points_before[i]);
    }
    return event;
  }

  Rig& rig_;
  std::string member_id_;
  absl::Time at_;
  std::vector<BoughtLine> lines_;
  std::vector<OrderPoints> points_;
  std::vector<Part> returned_;
  std::string order_id_;
  int returns_ = 0;
};

}  // namespace laurel::gamification
