INSERT INTO unmatched_identifiers (bucket, program_id, kind, key_hash, order_id, create_us, until_us)
SELECT bucket, program_id, kind, key_hash, order_id, create_us, until_us
FROM unnest($1::int[], $2::uuid[], $3::smallint[], $4::bytea[], $5::uuid[], $6::bigint[], $7::bigint[])
  AS k(bucket, program_id, kind, key_hash, order_id, create_us, until_us)
