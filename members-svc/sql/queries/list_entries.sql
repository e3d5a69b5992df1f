SELECT bucket, owner_id, wallet_no, seq, kind, account, program_id, create_us, occur_us,
       active_delta, pending_delta, reserved_delta, active_after, pending_after, reserved_after,
       activate_us, expire_us, order_id, reservation_id, refunded_seq, request_key, content_hash,
       detail, lots, hash
FROM entries
WHERE bucket = $1 AND owner_id = $2 AND wallet_no = $3 AND seq < $4
ORDER BY seq DESC LIMIT $5
