-- What was looked at, each row over the version before it: one that is newer meanwhile is not touched.
INSERT INTO segment_looks (bucket, member_id, program_id, rules_version, seen_us, tier_mark,
                           attribute_mark, next_look_us, stage, last_day, orders, minor_units,
                           told_us, version)
SELECT k.bucket, k.member_id, $1::uuid, k.rules_version, k.seen_us, k.tier_mark, k.attribute_mark,
       k.next_look_us, k.stage, nullif(k.last_day, -1), k.orders, k.minor_units, k.told_us, k.version
FROM unnest($2::int[], $3::uuid[], $4::int[], $5::bigint[], $6::bigint[], $7::bigint[],
            $8::bigint[], $9::smallint[], $10::int[], $11::bigint[], $12::bigint[], $13::bigint[],
            $14::bigint[])
  AS k(bucket, member_id, rules_version, seen_us, tier_mark, attribute_mark, next_look_us, stage,
       last_day, orders, minor_units, told_us, version)
ORDER BY k.bucket, k.member_id
ON CONFLICT (bucket, member_id) DO UPDATE
SET rules_version = excluded.rules_version, seen_us = excluded.seen_us,
    tier_mark = excluded.tier_mark, attribute_mark = excluded.attribute_mark,
    next_look_us = excluded.next_look_us, stage = excluded.stage, last_day = excluded.last_day,
    orders = excluded.orders, minor_units = excluded.minor_units, told_us = excluded.told_us,
    version = excluded.version
WHERE segment_looks.version = excluded.version - 1
