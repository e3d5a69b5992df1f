SELECT m.member_id, m.join_us
FROM unnest($1::int[], $2::uuid[]) AS k(bucket, member_id)
JOIN members m ON m.bucket = k.bucket AND m.member_id = k.member_id
