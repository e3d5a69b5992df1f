// What a return takes of an order: pure, exact, in whole numbers. Sources: the worked examples R1
// to R6 and the rule above them.
//
// Everything is a function of how much of each line has been returned in all, never of the way
// there: what one return takes is the difference between after and before. So any partial returns
// that add up to the order take all of it, and in whatever order.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/repeated_field.h"
#include "laurel/members/v1/order.pb.h"
#include "laurel/members/v1/wallet.pb.h"

namespace laurel::members {

// How much of a line has been returned in all.
struct LineReturned {
  int64_t quantity = 0;  // thousandths; of a line without a quantity: 0
  bool whole = false;    // nothing of it is left
  friend bool operator==(const LineReturned&, const LineReturned&) = default;
};
using LinesReturned = std::vector<LineReturned>;  // of an order, the first line first

// From the returned_lines of the order's newest return; none: nothing has been returned.
LinesReturned LinesReturnedOf(
    const members::v1::Order& order,
    const google::protobuf::RepeatedPtrField<members::v1::ReturnedLine>& lines);
// The other way round: the lines of which something has been returned between `before` and `after`,
// with the difference and its part of the line's amount.
std::vector<members::v1::ReturnedLine> DifferenceOf(const members::v1::Order& order,
                                                    const LinesReturned& before,
                                                    const LinesReturned& after);
bool AllReturned(const LinesReturned& lines);
// Says in a return what it is of: its lines and their amount, and what of the order has been
// returned since the first one.
void TellReturned(const members::v1::Order& order, const LinesReturned& before,
                  const LinesReturned& after, members::v1::OrderReturn* answer);

// How much is returned in all after one more return of `lines`; none: of all that is left.
// FAILED_PRECONDITION, ORDER_RETURNED when nothing is left of the order, RETURN_EXCEEDS_ORDER when
// that is more than is left of a line; INVALID_ARGUMENT, RETURN_LINE_INVALID for a number that the
// order does not have, or one that stands twice.
absl::StatusOr<LinesReturned> AddReturn(const members::v1::Order& order,
                                        const LinesReturned& before,
                                        const std::vector<members::v1::LineToReturn>& lines);

// How the points of an accrual of the order lie on its lines; sums to `given`, what was credited.
// As its rule results say; what caps have cut comes off all lines in proportion, largest remainder
// first, ties to the lower line; what lies on no line is shared by amount.
std::vector<int64_t> EarnedByLine(const members::v1::Order& order,
                                  const members::v1::Entry& accrual, int64_t given);
// How what was spent on the order lies on its lines: by amount, largest remainder first, ties to
// the lower line.
std::vector<int64_t> ByAmount(const members::v1::Order& order, int64_t points);

// How much of what lies `by_line` (0 and more each) belongs to what has been returned, all in all.
// BY_LINE: after k of n units of a line points × k / n of it, and all with its last unit; the sum
// over the lines is rounded down once (R3: half of 75 and half of 75 are 75).
// PROPORTIONAL: floor(all × returned amount / total), and all with the order's last unit; without a
// total by quantities, without those by the number of lines.
int64_t ReturnedOf(const members::v1::Order& order, members::v1::ReturnMode mode,
                   const LinesReturned& lines, const std::vector<int64_t>& by_line);

}  // namespace laurel::members
