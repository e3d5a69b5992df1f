SELECT bucket, owner_id, wallet_no, seq, kind, account, program_id, create_us, occur_us,
       active_delta, pending_delta, reserved_delta, active_after, pending_after, reserved_after,
       activate_us, expire_us, order_id, reservation_id, refunded_seq, request_key, content_hash,
       detail, lots, hash
FROM find_entries_by_key($1::int[], $2::int[], $3::uuid[])
