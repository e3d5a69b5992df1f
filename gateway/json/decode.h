// JSON → message, by reflection, after protobuf's JSON mapping but stricter: unknown fields,
// unknown enum values, enum numbers, fractions and exponents where an integer belongs, NUL in text,
// two members of one oneof and null items are refused. Field names are the camelCase ones; the
// proto names are taken too.
#pragma once

#include <google/protobuf/message.h>

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "lib/status/error.h"

namespace laurel::gateway {

// Fills `message` and appends what is wrong, each with its path (`lines[2].amountMinorUnits`),
// under the prefix `path`.
void DecodeMessage(const boost::json::value& value, const std::string& path,
                   google::protobuf::Message* message, std::vector<status::Violation>* wrong);

// One scalar, enum or well-known type as it stands in a path or query (`true`, `12`,
// `2026-01-01T00:00:00Z`), set or, for a repeated field, added.
void DecodeText(std::string_view text, const std::string& path,
                const google::protobuf::FieldDescriptor& field, google::protobuf::Message* message,
                std::vector<status::Violation>* wrong);

}  // namespace laurel::gateway
