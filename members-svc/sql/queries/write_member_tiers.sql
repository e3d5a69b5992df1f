-- Rows of a tier set, each over the version before it: one that is newer meanwhile, or of a newer
-- version of the tier set, is not touched.
INSERT INTO member_tiers (bucket, member_id, set_no, program_id, tier, since_us, value, rule_version,
                          newest_version, manual, seen_us, next_look_us, warned_us, told_us, version)
SELECT k.bucket, k.member_id, $2::smallint, $1::uuid, k.tier, k.since_us, k.value, k.rule_version,
       $3::int, k.manual = 1, k.seen_us, k.next_look_us, k.warned_us, k.told_us, k.version
FROM unnest($4::int[], $5::uuid[], $6::text[], $7::bigint[], $8::bigint[], $9::int[], $10::int[],
            $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[])
  AS k(bucket, member_id, tier, since_us, value, rule_version, manual, seen_us, next_look_us,
       warned_us, told_us, version)
ORDER BY k.bucket, k.member_id
ON CONFLICT (bucket, member_id, set_no) DO UPDATE
SET tier = excluded.tier, since_us = excluded.since_us, value = excluded.value,
    rule_version = excluded.rule_version, newest_version = excluded.newest_version,
    manual = excluded.manual, seen_us = excluded.seen_us, next_look_us = excluded.next_look_us,
    warned_us = excluded.warned_us, told_us = excluded.told_us, version = excluded.version
WHERE member_tiers.version = excluded.version - 1
  AND member_tiers.newest_version <= excluded.newest_version
