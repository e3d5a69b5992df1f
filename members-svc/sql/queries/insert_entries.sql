INSERT INTO entries_d{day} (bucket, owner_id, wallet_no, seq, day, kind, account, program_id, create_us,
                     occur_us, active_delta, pending_delta, reserved_delta, active_after,
                     pending_after, reserved_after, activate_us, expire_us, order_id,
                     reservation_id, refunded_seq, request_key, content_hash, detail, lots, hash)
SELECT bucket, owner_id, wallet_no, seq, (create_us / 86400000000)::int, kind, account, program_id,
       create_us, occur_us, active_delta, pending_delta, reserved_delta, active_after,
       pending_after, reserved_after, activate_us, expire_us, order_id, reservation_id,
       refunded_seq, request_key, content_hash, detail, lots, hash
FROM unnest($1::int[], $2::uuid[], $3::smallint[], $4::bigint[], $5::smallint[], $6::smallint[],
            $7::uuid[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[],
            $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], $18::uuid[],
            $19::uuid[], $20::bigint[], $21::uuid[], $22::bytea[], $23::bytea[], $24::bytea[],
            $25::bytea[])
  AS k(bucket, owner_id, wallet_no, seq, kind, account, program_id, create_us, occur_us,
       active_delta, pending_delta, reserved_delta, active_after, pending_after, reserved_after,
       activate_us, expire_us, order_id, reservation_id, refunded_seq, request_key, content_hash,
       detail, lots, hash)
