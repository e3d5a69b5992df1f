INSERT INTO order_directory (bucket, key_id, program_id, order_id)
SELECT * FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::uuid[])
