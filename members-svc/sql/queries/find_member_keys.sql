-- The wrapped keys of members of a programme, for what is sealed beside their profile.
SELECT m.member_id, m.wrapped_key
FROM unnest($2::int[], $3::uuid[]) AS k(bucket, member_id)
JOIN members m ON m.bucket = k.bucket AND m.member_id = k.member_id
WHERE m.program_id = $1 AND m.state <> 3
