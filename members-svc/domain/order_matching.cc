#include "members-svc/domain/order_matching.h"

#include <algorithm>
#include <array>
#include <set>

#include "absl/strings/str_cat.h"
#include "lib/base/check.h"

namespace laurel::members {
namespace {

constexpr std::array kDirectoryKinds = {IdentifierKind::kExternalId, IdentifierKind::kCard,
                                        IdentifierKind::kEmail, IdentifierKind::kPhone};

const std::string& ValueOf(const v1::CustomerReference& customer, v1::MatchKind kind) {
  switch (kind) {
    case v1::MATCH_KIND_EXTERNAL_ID:
      return customer.external_id();
    case v1::MATCH_KIND_CARD:
      return customer.card_number();
    case v1::MATCH_KIND_EMAIL:
      return customer.email();
    case v1::MATCH_KIND_PHONE:
      return customer.phone();
    default:
      return customer.member_id();
  }
}

}  // namespace

std::vector<v1::MatchKind> DefaultOrderMatching() {
  return {v1::MATCH_KIND_MEMBER_ID, v1::MATCH_KIND_EXTERNAL_ID, v1::MATCH_KIND_CARD,
          v1::MATCH_KIND_EMAIL, v1::MATCH_KIND_PHONE};
}

OrderSettings OrderSettingsOf(const v1::Program& program) {
  OrderSettings settings;
  if (!program.order_matching().empty()) {
    settings.matching.clear();
    for (const int kind : program.order_matching()) {
      settings.matching.push_back(static_cast<v1::MatchKind>(kind));
    }
  }
  if (program.attach_window_days() != 0) settings.attach_window_days = program.attach_window_days();
  if (program.visit_window_minutes() != 0) {
    settings.visit_window_minutes = program.visit_window_minutes();
  }
  return settings;
}

void CheckOrderMatching(const v1::Program& program, std::vector<status::Violation>* violations) {
  std::set<int> kinds;
  for (int i = 0; i < program.order_matching_size(); ++i) {
    const int kind = program.order_matching(i);
    const std::string path = absl::StrCat("program.orderMatching[", i, "]");
    if (kind == v1::MATCH_KIND_UNSPECIFIED || !v1::MatchKind_IsValid(kind)) {
      violations->push_back({path, "is not known"});
    } else if (!kinds.insert(kind).second) {
      violations->push_back({path, "stands twice"});
    }
  }
}

std::vector<GivenIdentifier> GivenBy(const crypto::BlindIndex& index, std::string_view program_id,
                                     const OrderSettings& settings,
                                     const v1::CustomerReference& customer) {
  std::vector<GivenIdentifier> given;
  for (const v1::MatchKind kind : settings.matching) {
    const std::string& value = ValueOf(customer, kind);
    if (value.empty()) continue;
    if (kind == v1::MATCH_KIND_MEMBER_ID) {
      // An id that does not decode is nobody's, like one that nobody has.
      const base::Uuid id = base::DecodeId("mem", value).value_or(base::Uuid{0, 1});
      given.push_back({.kind = kind, .hash = {}, .member_id = id});
      continue;
    }
    const IdentifierKind in_directory = DirectoryKindOf(kind);
    if (Normalise(in_directory, value).empty()) continue;
    given.push_back({.kind = kind,
                     .hash = IdentifierHash(index, program_id, in_directory, value),
                     .member_id = {}});
  }
  return given;
}

std::vector<Identifier> InDirectory(const std::vector<GivenIdentifier>& given) {
  std::vector<Identifier> out;
  for (const GivenIdentifier& one : given) {
    if (one.hash.empty()) continue;
    out.push_back({DirectoryKindOf(one.kind), one.hash});
  }
  return out;
}

std::optional<OrderMatch> FindMatch(const std::vector<GivenIdentifier>& given,
                                    const absl::flat_hash_map<std::string, base::Uuid>& owners) {
  for (const GivenIdentifier& one : given) {
    if (one.hash.empty()) return OrderMatch{one.kind, one.member_id};
    const auto owner = owners.find(one.hash);
    if (owner != owners.end()) return OrderMatch{one.kind, owner->second};
  }
  return std::nullopt;
}

IdentifierKind DirectoryKindOf(v1::MatchKind kind) {
  switch (kind) {
    case v1::MATCH_KIND_EXTERNAL_ID:
      return IdentifierKind::kExternalId;
    case v1::MATCH_KIND_CARD:
      return IdentifierKind::kCard;
    case v1::MATCH_KIND_EMAIL:
      return IdentifierKind::kEmail;
    default:
      LAUREL_CHECK(kind == v1::MATCH_KIND_PHONE);
      return IdentifierKind::kPhone;
  }
}

v1::MatchKind MatchKindOf(IdentifierKind kind) {
  switch (kind) {
    case IdentifierKind::kExternalId:
      return v1::MATCH_KIND_EXTERNAL_ID;
    case IdentifierKind::kEmail:
      return v1::MATCH_KIND_EMAIL;
    case IdentifierKind::kPhone:
      return v1::MATCH_KIND_PHONE;
    case IdentifierKind::kCard:
      return v1::MATCH_KIND_CARD;
  }
  LAUREL_CHECK(false);
  return {};
}

int BitsOf(const std::vector<GivenIdentifier>& given) {
  int bits = 0;
  for (const Identifier& one : InDirectory(given)) bits |= 1 << static_cast<int>(one.kind);
  return bits;
}

std::vector<v1::MatchKind> KindsOfBits(int bits) {
  std::vector<v1::MatchKind> kinds;
  for (const IdentifierKind kind : kDirectoryKinds) {
    if ((bits & 1 << static_cast<int>(kind)) != 0) kinds.push_back(MatchKindOf(kind));
  }
  return kinds;
}

}  // namespace laurel::members
