#include "members-svc/store/segment_store.h"

#include <utility>

#include "lib/base/timestamps.h"
#include "lib/status/error.h"
#include "members-svc/domain/daily.h"
#include "members-svc/store/program_store.h"
#include "members-svc/store/tier_set_store.h"

namespace laurel::members {

SegmentNeeds SegmentRules::needs() const {
  SegmentNeeds out;
  for (const StoredSegment& stored : segments) {
    if (stored.condition) stored.condition->AddNeeds(&out);
  }
  return out;
}

absl::StatusOr<SegmentRules> ReadSegmentRules(db::Tx& tx, const base::Uuid& program_id) {
  SegmentRules out{.program_id = program_id,
                   .zone = {},
                   .version = 0,
                   .swept_version = 0,
                   .settings = {},
                   .scale = {},
                   .segments = {}};
  LAUREL_ASSIGN_OR_RETURN(const ProgramRow program, GetProgramRow(tx, program_id));
  if (!absl::LoadTimeZone(program.program.time_zone(), &out.zone)) {
    return absl::InternalError("unknown time zone of a programme");
  }
  LAUREL_ASSIGN_OR_RETURN(const db::Rows head, tx.Query("get_segment_program", program_id));
  if (!head.empty()) {
    out.version = static_cast<int>(head[0].Int(0));
    out.swept_version = static_cast<int>(head[0].Int(3));
    if (!out.settings.ParseFromString(head[0].Bytes(1))) {
      return absl::InternalError("stored settings of segments do not parse");
    }
  }
  Normalise(&out.settings);
  if (out.settings.rfm().has_bounds()) {
    out.scale = ScaleOf(out.settings.rfm().bounds());
  } else if (!head.empty() && !head[0].IsNull(2)) {
    v1::RfmBounds bounds;
    if (!bounds.ParseFromString(head[0].Bytes(2))) {
      return absl::InternalError("stored quintiles do not parse");
    }
    out.scale = ScaleOf(bounds);
  }
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("list_segments", program_id));
  for (size_t i = 0; i < rows.size(); ++i) {
    StoredSegment& stored = out.segments.emplace_back();
    stored.id = rows[i].Uuid(0);
    if (!stored.segment.ParseFromString(rows[i].Bytes(1))) {
      return absl::InternalError("a stored segment does not parse");
    }
    if (stored.segment.has_condition()) stored.condition.emplace(stored.segment.condition());
  }
  return out;
}

absl::StatusOr<const StoredSegment*> FindSegment(const SegmentRules& rules,
                                                 std::string_view segment_id) {
  for (const StoredSegment& stored : rules.segments) {
    if (stored.segment.segment_id() == segment_id) return &stored;
  }
  return status::NotFound("SEGMENT_NOT_FOUND", "There is no such segment.");
}

absl::StatusOr<KnownTiers> ReadKnownTiers(db::Tx& tx, const base::Uuid& program_id) {
  LAUREL_ASSIGN_OR_RETURN(const auto sets, ListTierSetRows(tx, program_id));
  KnownTiers out;
  for (const StoredTierSet& set : sets) {
    auto& tiers = out[set.newest().code()];
    for (const auto& rules : set.versions) {
      for (const v1::Tier& tier : rules->set.tiers()) tiers.insert(tier.code());
    }
  }
  return out;
}

absl::Status RaiseSegmentsVersion(db::Tx& tx, const base::Uuid& program_id,
                                  const v1::SegmentSettings* settings) {
  v1::SegmentSettings defaults;
  Normalise(&defaults);
  return tx
      .Query("raise_segments_version", program_id,
             db::Bytes{(settings == nullptr ? defaults : *settings).SerializeAsString()},
             settings != nullptr)
      .status();
}

absl::Status StoreSegment(db::Tx& tx, const base::Uuid& program_id, const v1::Segment& segment,
                          std::string_view principal) {
  const base::Uuid id = base::DecodeId("seg", segment.segment_id()).value_or(base::Uuid{});
  const std::string content = segment.SerializeAsString();
  auto written =
      segment.version() == 1
          ? tx.Query("insert_segment", program_id, id, db::Bytes{content})
          : tx.Query("update_segment", program_id, id, segment.version(), db::Bytes{content});
  LAUREL_RETURN_IF_ERROR(written.status());
  if (written->affected() != 1) return db::Conflict("the segment has a newer version");
  return tx
      .Query("insert_segment_version", program_id, id, segment.version(), db::Bytes{content},
             principal, base::FromTimestamp(segment.update_time()))
      .status();
}

absl::Status TiersHaveMoved(db::Tx& tx, const base::Uuid& program_id) {
  LAUREL_ASSIGN_OR_RETURN(const SegmentRules rules, ReadSegmentRules(tx, program_id));
  if (!rules.needs().tiers) return absl::OkStatus();
  return RaiseSegmentsVersion(tx, program_id, nullptr);
}

absl::Status ComputeQuintiles(db::Tx& tx, const base::Uuid& program_id, absl::Time now) {
  LAUREL_ASSIGN_OR_RETURN(const SegmentRules rules, ReadSegmentRules(tx, program_id));
  if (rules.version == 0 || rules.settings.rfm().has_bounds()) return absl::OkStatus();
  LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                          tx.Query("compute_quintiles", program_id, DayNumberOf(now, rules.zone)));
  if (rows.empty() || rows[0].IsNull(0)) return absl::OkStatus();
  RfmScale scale;
  for (int i = 0; i < 4; ++i) {
    const auto at = static_cast<size_t>(i);
    scale.recency_days[at] = rows[0].Int(i);
    scale.orders[at] = rows[0].Int(4 + i);
    scale.minor_units[at] = rows[0].Int(8 + i);
  }
  if (rules.scale == scale) return absl::OkStatus();
  return tx
      .Query("write_quintiles", program_id, db::Bytes{ToProto(scale).SerializeAsString()},
             rules.needs().scores)
      .status();
}

}  // namespace laurel::members
