-- Which of some orders, by their place from 1, the directory does not lead to under their key.
SELECT k.place
FROM unnest($2::int[], $3::uuid[], $4::uuid[]) WITH ORDINALITY AS k(bucket, key_id, order_id, place)
LEFT JOIN order_directory d ON d.bucket = k.bucket AND d.key_id = k.key_id
WHERE d.order_id IS DISTINCT FROM k.order_id OR d.program_id IS DISTINCT FROM $1
