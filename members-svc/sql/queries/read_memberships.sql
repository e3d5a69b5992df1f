-- All memberships that members ever had, the earlier first.
SELECT h.member_id, h.household_id, h.join_us, h.end_us, h.end_key, h.limits
FROM unnest($1::int[], $2::uuid[]) AS k(bucket, member_id)
JOIN household_members h ON h.bucket = k.bucket AND h.member_id = k.member_id
ORDER BY h.member_id, h.join_us
