INSERT INTO order_directory (bucket, key_id, program_id, order_id)
SELECT unnest($1::int[]), unnest($2::uuid[]), unnest($3::uuid[]), unnest($4::uuid[])
