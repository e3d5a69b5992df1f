-- A number that another return of the order has taken meanwhile is a conflict of the whole
-- transaction.
INSERT INTO order_returns (bucket, order_id, return_no, program_id, member_id, create_us, occur_us,
                           request_key, content_hash, content)
SELECT * FROM unnest($1::int[], $2::uuid[], $3::int[], $4::uuid[], $5::uuid[], $6::bigint[],
                     $7::bigint[], $8::uuid[], $9::bytea[], $10::bytea[])
