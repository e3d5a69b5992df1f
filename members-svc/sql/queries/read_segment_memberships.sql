SELECT k.member_id, s.segment_id, s.enter_us
FROM unnest($1::int[], $2::uuid[]) AS k(bucket, member_id)
JOIN segment_members s ON s.bucket = k.bucket AND s.member_id = k.member_id
