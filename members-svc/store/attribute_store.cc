#include "members-svc/store/attribute_store.h"

#include <algorithm>
#include <tuple>

#include "lib/base/bucket.h"
#include "lib/status/error.h"

namespace laurel::members {
namespace {

// The columns of write_member_attributes.
auto ColumnsOf(const std::vector<AttributeValue>& attributes, absl::Time now) {
  db::ColumnBuilder<int32_t> buckets;
  db::ColumnBuilder<base::Uuid> members, programs;
  db::ColumnBuilder<db::Bytes> names, values;
  db::ColumnBuilder<int64_t> times;
  for (const AttributeValue& attribute : attributes) {
    buckets.Add(base::BucketOf(attribute.member_id));
    members.Add(attribute.member_id);
    names.Add(db::Bytes{attribute.name});
    programs.Add(attribute.program_id);
    values.Add(db::Bytes{attribute.value});
    times.Add(absl::ToUnixMicros(now));
  }
  return std::tuple(buckets.Take(), members.Take(), names.Take(), programs.Take(), values.Take(),
                    times.Take());
}

}  // namespace

absl::StatusOr<MemberAttributes> ReadAttributes(db::Tx& tx, const base::Uuid& program_id,
                                                const base::Uuid& member_id) {
  LAUREL_ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("list_member_attributes", base::BucketOf(member_id), member_id, program_id));
  MemberAttributes out;
  for (size_t i = 0; i < rows.size(); ++i) {
    out.values[std::string(rows[i].Text(0))] = std::string(rows[i].Text(1));
    out.update_time = std::max(out.update_time, rows[i].Time(2));
  }
  return out;
}

absl::Status WriteAttributes(db::Tx& tx, const std::vector<AttributeValue>& attributes,
                             absl::Time now) {
  if (attributes.empty()) return absl::OkStatus();
  return std::apply(
      [&tx](const auto&... column) {
        return tx.Query("write_member_attributes", column...).status();
      },
      ColumnsOf(attributes, now));
}

void SendAttributes(db::Pipeline& tx, const std::vector<AttributeValue>& attributes,
                    absl::Time now) {
  if (attributes.empty()) return;
  std::apply([&tx](const auto&... column) { tx.Send("write_member_attributes", column...); },
             ColumnsOf(attributes, now));
}

absl::Status DeleteAttributes(db::Tx& tx, const base::Uuid& program_id, const base::Uuid& member_id,
                              const std::vector<std::string>& names) {
  if (names.empty()) return absl::OkStatus();
  return tx
      .Query("delete_member_attributes", base::BucketOf(member_id), member_id, program_id,
             db::ArrayOf(names, [](const std::string& name) -> std::string_view { return name; }))
      .status();
}

}  // namespace laurel::members
