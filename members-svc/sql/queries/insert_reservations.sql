INSERT INTO reservations (bucket, reservation_id, program_id, owner_id, wallet_no, state, amount,
                          captured_amount, lots, create_us, expire_us, end_us)
SELECT bucket, reservation_id, program_id, owner_id, wallet_no, state, amount, captured_amount, lots,
       create_us, expire_us, end_us
FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::uuid[], $5::smallint[], $6::smallint[],
            $7::bigint[], $8::bigint[], $9::bytea[], $10::bigint[], $11::bigint[], $12::bigint[])
  AS k(bucket, reservation_id, program_id, owner_id, wallet_no, state, amount, captured_amount, lots,
       create_us, expire_us, end_us)
