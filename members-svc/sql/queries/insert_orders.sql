INSERT INTO orders_d{day} (bucket, order_id, day, program_id, member_id, create_us, occur_us,
                    total_minor_units, request_key, content_hash, content)
SELECT bucket, order_id, (create_us / 86400000000)::int, program_id, member_id, create_us, occur_us,
       total_minor_units, request_key, content_hash, content
FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::bigint[],
            $7::bigint[], $8::uuid[], $9::bytea[], $10::bytea[])
  AS k(bucket, order_id, program_id, member_id, create_us, occur_us, total_minor_units, request_key,
       content_hash, content)
