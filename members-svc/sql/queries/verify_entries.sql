-- All entries of some owners of a programme, wallet by wallet in order.
SELECT e.bucket, e.owner_id, e.wallet_no, e.seq, e.kind, e.account, e.program_id, e.create_us,
       e.occur_us, e.active_delta, e.pending_delta, e.reserved_delta, e.active_after,
       e.pending_after, e.reserved_after, e.activate_us, e.expire_us, e.order_id, e.reservation_id,
       e.refunded_seq, e.request_key, e.content_hash, e.detail, e.lots, e.hash
FROM unnest($1::int[], $2::uuid[], $3::smallint[]) AS k(bucket, owner_id, wallet_no)
JOIN entries e ON e.bucket = k.bucket AND e.owner_id = k.owner_id AND e.wallet_no = k.wallet_no
ORDER BY e.bucket, e.owner_id, e.wallet_no, e.seq
