-- Those of the ids that are members of the programme.
SELECT m.member_id
FROM unnest($2::int[], $3::uuid[]) AS k(bucket, member_id)
JOIN members m ON m.bucket = k.bucket AND m.member_id = k.member_id
WHERE m.program_id = $1
