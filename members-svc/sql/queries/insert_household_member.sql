-- Nothing where the member is in a household. Two memberships of one member never start together.
INSERT INTO household_members (bucket, member_id, join_us, program_id, household_id, limits)
SELECT $1::int, $2::uuid, greatest($3::bigint, coalesce(max(h.end_us) + 1, 0)), $4::uuid, $5::uuid, ''
FROM household_members h WHERE h.bucket = $1::int AND h.member_id = $2::uuid
ON CONFLICT DO NOTHING
RETURNING join_us
