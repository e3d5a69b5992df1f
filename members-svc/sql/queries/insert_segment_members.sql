INSERT INTO segment_members (bucket, member_id, segment_id, program_id, enter_us)
SELECT k.bucket, k.member_id, k.segment_id, $1::uuid, $2::bigint
FROM unnest($3::int[], $4::uuid[], $5::uuid[]) AS k(bucket, member_id, segment_id)
