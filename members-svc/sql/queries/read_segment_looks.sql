-- Members by (bucket, id) with what was looked at when their segments were last evaluated, NULLs
-- where they never were, and the marks of what stands now. Households are none.
SELECT m.member_id, m.join_us, l.rules_version, l.seen_us, l.tier_mark, l.attribute_mark,
       l.next_look_us, l.stage, l.last_day, l.orders, l.minor_units, l.told_us, l.version,
       t.mark, a.mark
FROM unnest($1::int[], $2::uuid[]) AS k(bucket, member_id)
JOIN members m ON m.bucket = k.bucket AND m.member_id = k.member_id
LEFT JOIN segment_looks l ON l.bucket = k.bucket AND l.member_id = k.member_id
CROSS JOIN LATERAL (
  SELECT coalesce(sum(n.version), 0)::bigint AS mark FROM member_tiers n
  WHERE n.bucket = k.bucket AND n.member_id = k.member_id) t
CROSS JOIN LATERAL (
  SELECT coalesce(sum(n.update_us), 0)::bigint AS mark FROM member_attributes n
  WHERE n.bucket = k.bucket AND n.member_id = k.member_id) a
WHERE m.program_id = $3 AND m.state <> 3
