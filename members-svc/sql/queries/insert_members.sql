INSERT INTO members (bucket, member_id, program_id, state, external_id, wrapped_key, sealed_profile,
                     join_us, create_us, version)
SELECT bucket, member_id, $1::uuid, 1, external_id, wrapped_key, sealed_profile, join_us,
       $2::bigint, 1
FROM unnest($3::int[], $4::uuid[], $5::text[], $6::bytea[], $7::bytea[], $8::bigint[])
  AS m(bucket, member_id, external_id, wrapped_key, sealed_profile, join_us)
