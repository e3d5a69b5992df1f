#include "members-svc/domain/activity.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "lib/base/strings.h"
#include "lib/status/error.h"

namespace laurel::members {
namespace {

using Attribute = v1::ActivityAttribute;
using Violations = std::vector<status::Violation>;

constexpr size_t kMaxText = 512;
constexpr std::string_view kQrPrefix = "laurel1";
constexpr size_t kMacBytes = 16;

void CheckEnumValues(const Attribute& attribute, const std::string& path, Violations* out) {
  if (attribute.type() != Attribute::TYPE_ENUM) {
    if (!attribute.values().empty()) out->push_back({path + ".values", "is of an enum only"});
    return;
  }
  if (attribute.values().empty()) out->push_back({path + ".values", "needs at least one value"});
  std::set<std::string> seen;
  for (int i = 0; i < attribute.values_size(); ++i) {
    const std::string& value = attribute.values(i);
    const std::string at = absl::StrCat(path, ".values[", i, "]");
    if (value.empty() || value.size() > kMaxText) {
      out->push_back({at, absl::StrCat("must have 1 to ", kMaxText, " bytes")});
    } else if (!seen.insert(value).second) {
      out->push_back({at, "stands twice"});
    }
  }
}

void CheckBounds(const Attribute& attribute, const std::string& path, Violations* out) {
  const bool bounded = attribute.has_least() || attribute.has_most();
  if (attribute.type() != Attribute::TYPE_INTEGER) {
    if (bounded) out->push_back({path, "has bounds, which are of an integer only"});
    return;
  }
  if (attribute.has_least() && attribute.has_most() && attribute.least() > attribute.most()) {
    out->push_back({path + ".most", "must not be below the least"});
  }
}

// The value as it is kept; empty: it is wrong, and `why` says how.
std::optional<std::string> ValueOf(const Attribute& attribute, const std::string& given,
                                   std::string* why) {
  switch (attribute.type()) {
    case Attribute::TYPE_INTEGER: {
      int64_t number = 0;
      if (!absl::SimpleAtoi(given, &number)) {
        *why = "must be a whole number of 64 bits";
      } else if (attribute.has_least() && number < attribute.least()) {
        *why = absl::StrCat("must be at least ", attribute.least());
      } else if (attribute.has_most() && number > attribute.most()) {
        *why = absl::StrCat("must be at most ", attribute.most());
      } else {
        return absl::StrCat(number);
      }
      return std::nullopt;
    }
    case Attribute::TYPE_BOOLEAN:
      if (given == "true" || given == "false") return given;
      *why = "must be true or false";
      return std::nullopt;
    case Attribute::TYPE_ENUM:
      if (std::find(attribute.values().begin(), attribute.values().end(), given) !=
          attribute.values().end()) {
        return given;
      }
      *why = "is none of the values that the activity type has";
      return std::nullopt;
    default:
      if (given.size() <= kMaxText) return given;
      *why = absl::StrCat("must have at most ", kMaxText, " bytes");
      return std::nullopt;
  }
}

}  // namespace

void Normalise(v1::ActivityType* type) {
  type->clear_version();
  type->clear_create_time();
  type->clear_update_time();
}

void Normalise(v1::Place* place) {
  place->clear_qr_code();
  place->clear_qr_version();
  place->clear_create_time();
  place->clear_update_time();
}

absl::Status ValidateActivityType(const v1::ActivityType& type, const v1::ActivityType* previous) {
  Violations violations;
  if (type.code().empty()) violations.push_back({"activityType.code", "is required"});
  std::set<std::string> names;
  for (int i = 0; i < type.attributes_size(); ++i) {
    const Attribute& attribute = type.attributes(i);
    const std::string path = absl::StrCat("activityType.attributes[", i, "]");
    if (!names.insert(attribute.name()).second) {
      violations.push_back({path + ".name", "stands twice"});
    }
    if (attribute.type() == Attribute::TYPE_UNSPECIFIED ||
        !Attribute::Type_IsValid(attribute.type())) {
      violations.push_back({path + ".type", "is not known"});
    }
    CheckBounds(attribute, path, &violations);
    CheckEnumValues(attribute, path, &violations);
  }
  if (!v1::EarningLimit::Period_IsValid(type.member_limit().period())) {
    violations.push_back({"activityType.memberLimit.period", "is not known"});
  }
  if (previous != nullptr && previous->sensitive() != type.sensitive()) {
    violations.push_back({"activityType.sensitive", "is the same in all versions"});
  }
  if (violations.empty()) return absl::OkStatus();
  return status::Invalid("ACTIVITY_TYPE_INVALID", violations);
}

absl::Status ValidatePlace(const v1::Place& place) {
  if (!place.code().empty()) return absl::OkStatus();
  return status::InvalidRequest({{"place.code", "is required"}});
}

absl::StatusOr<ActivityAttributes> CheckAttributes(
    const v1::ActivityType& type, const google::protobuf::Map<std::string, std::string>& given) {
  Violations violations;
  ActivityAttributes out;
  std::set<std::string> known;
  for (const Attribute& attribute : type.attributes()) {
    known.insert(attribute.name());
    const auto value = given.find(attribute.name());
    const std::string path = "attributes." + attribute.name();
    if (value == given.end()) {
      if (attribute.required()) violations.push_back({path, "is required"});
      continue;
    }
    std::string why;
    auto kept = ValueOf(attribute, value->second, &why);
    if (kept) {
      out[attribute.name()] = *std::move(kept);
    } else {
      violations.push_back({path, why});
    }
  }
  std::set<std::string> unknown;  // in one order, whatever that of the map is
  for (const auto& [name, value] : given) {
    if (!known.contains(name)) unknown.insert(name);
  }
  for (const std::string& name : unknown) {
    violations.push_back({"attributes." + name, "is not known to the activity type"});
  }
  if (violations.empty()) return out;
  return status::Invalid("ACTIVITY_INVALID", violations);
}

void CheckAskedAttributes(const v1::ActivityType& type,
                          const google::protobuf::Map<std::string, std::string>& asked,
                          const std::string& path, Violations* out) {
  // In one order, whatever that of the map is.
  for (const auto& [name, value] : std::map<std::string, std::string>(asked.begin(), asked.end())) {
    const auto wrong = [&](std::string why) {
      out->push_back({path + "." + name, std::move(why)});
    };
    const auto attribute =
        std::find_if(type.attributes().begin(), type.attributes().end(),
                     [&](const Attribute& known) { return known.name() == name; });
    std::string why;
    if (type.sensitive()) {
      wrong("is of a sensitive activity type: campaigns do not see it");
    } else if (attribute == type.attributes().end()) {
      wrong("is not known to the activity type");
    } else if (const auto kept = ValueOf(*attribute, value, &why); !kept) {
      wrong(why);
    } else if (*kept != value) {
      wrong(absl::StrCat("must be spelled ", *kept));
    }
  }
}

base::Uuid ActivityCounterId(const base::Uuid& program_id, std::string_view activity_type) {
  return base::HashedUuid("activity counter" + base::ToBytes(program_id) +
                          std::string(activity_type));
}

std::string QrCodeOf(const crypto::BlindIndex& index, std::string_view program_id,
                     const v1::Place& place) {
  const std::string what = absl::StrCat(place.code(), ".", place.qr_version());
  const std::string mac = index.Of(program_id, "place", what).substr(0, kMacBytes);
  return absl::StrCat(base::ToAbsl(kQrPrefix), ".", what, ".", absl::BytesToHexString(mac));
}

std::optional<std::string> PlaceOfQrCode(std::string_view qr_code) {
  const std::vector<std::string> parts = absl::StrSplit(base::ToAbsl(qr_code), '.');
  if (parts.size() != 4 || parts[0] != kQrPrefix || parts[1].empty()) return std::nullopt;
  return parts[1];
}

bool IsQrCodeOf(const crypto::BlindIndex& index, std::string_view program_id,
                const v1::Place& place, std::string_view qr_code) {
  // Compared by their macs, so that how long it takes says nothing.
  return index.Of(program_id, "qr code", QrCodeOf(index, program_id, place)) ==
         index.Of(program_id, "qr code", qr_code);
}

}  // namespace laurel::members
