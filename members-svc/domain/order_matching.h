// Whose order it is: what its customer was named by, in the order in which the programme looks at
// it. Pure. Source of the rules: proto/…/order_customer.proto and Program.order_matching.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "laurel/members/v1/order_customer.pb.h"
#include "laurel/members/v1/program.pb.h"
#include "lib/base/uuid.h"
#include "lib/crypto/personal.h"
#include "lib/status/error.h"
#include "members-svc/domain/identifiers.h"

namespace laurel::members {

// Member id, external id, card, e-mail, phone.
std::vector<v1::MatchKind> DefaultOrderMatching();

// What a programme says about orders and their members, defaults written out.
struct OrderSettings {
  std::vector<v1::MatchKind> matching = DefaultOrderMatching();  // each kind at most once
  int attach_window_days = 30;
  int visit_window_minutes = 240;
};
OrderSettings OrderSettingsOf(const v1::Program& program);
// Adds what is wrong with a programme's order_matching: a kind that is unknown or stands twice.
void CheckOrderMatching(const v1::Program& program, std::vector<status::Violation>* violations);

// One thing that a customer was named by. `hash` is that of the directory; of a member id, which is
// in no directory, it is empty and `member_id` says whose it is.
struct GivenIdentifier {
  v1::MatchKind kind = v1::MATCH_KIND_UNSPECIFIED;
  std::string hash;
  base::Uuid member_id;
};
// In the order in which they are looked at. Left out are kinds that the programme does not look at,
// and values of which nothing remains once they are normalised. `program_id` is "prg_…".
std::vector<GivenIdentifier> GivenBy(const crypto::BlindIndex& index, std::string_view program_id,
                                     const OrderSettings& settings,
                                     const v1::CustomerReference& customer);
// Those that the directory knows.
std::vector<Identifier> InDirectory(const std::vector<GivenIdentifier>& given);

struct OrderMatch {
  v1::MatchKind kind = v1::MATCH_KIND_UNSPECIFIED;
  base::Uuid member_id;
};
// The first that finds a member, by `owners` of the hashes; a member id finds itself, whether there
// is such a member or not. Empty: nobody is found.
std::optional<OrderMatch> FindMatch(const std::vector<GivenIdentifier>& given,
                                    const absl::flat_hash_map<std::string, base::Uuid>& owners);

// The kind of the directory; not of a member id.
IdentifierKind DirectoryKindOf(v1::MatchKind kind);
v1::MatchKind MatchKindOf(IdentifierKind kind);

// The column `given` of unmatched_orders: bit k for kind k of the directory.
int BitsOf(const std::vector<GivenIdentifier>& given);
// By the number of the MatchKind.
std::vector<v1::MatchKind> KindsOfBits(int bits);

}  // namespace laurel::members
