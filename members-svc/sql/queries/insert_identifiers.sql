INSERT INTO member_directory (bucket, program_id, kind, key_hash, member_id, member_bucket)
SELECT bucket, $1::uuid, kind, key_hash, member_id, member_bucket
FROM unnest($2::int[], $3::smallint[], $4::bytea[], $5::uuid[], $6::int[])
  AS k(bucket, kind, key_hash, member_id, member_bucket)
ON CONFLICT (bucket, program_id, kind, key_hash) DO NOTHING
