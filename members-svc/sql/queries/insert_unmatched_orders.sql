INSERT INTO unmatched_orders (bucket, order_id, program_id, create_us, occur_us, attach_until_us,
                              total_minor_units, given, request_key, content_hash, content)
SELECT bucket, order_id, program_id, create_us, occur_us, attach_until_us, total_minor_units, given,
       request_key, content_hash, content
FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
            $8::smallint[], $9::uuid[], $10::bytea[], $11::bytea[])
  AS k(bucket, order_id, program_id, create_us, occur_us, attach_until_us, total_minor_units, given,
       request_key, content_hash, content)
