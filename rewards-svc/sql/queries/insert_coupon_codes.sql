INSERT INTO coupon_codes (bucket, code_hash, program_id, redemption_id)
SELECT k.bucket, k.code_hash, k.program_id, k.redemption_id
FROM unnest($1::int[], $2::bytea[], $3::uuid[], $4::uuid[])
  AS k(bucket, code_hash, program_id, redemption_id)
ORDER BY k.bucket, k.code_hash
ON CONFLICT (bucket, code_hash) DO NOTHING
