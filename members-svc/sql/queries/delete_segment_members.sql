DELETE FROM segment_members s
USING unnest($1::int[], $2::uuid[], $3::uuid[]) AS k(bucket, member_id, segment_id)
WHERE s.bucket = k.bucket AND s.member_id = k.member_id AND s.segment_id = k.segment_id
