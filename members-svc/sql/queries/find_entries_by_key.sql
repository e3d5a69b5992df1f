-- Prepared per day, against its partition: a generic plan over the parent would lock them all.
-- Looked up key by key, whatever is known of the partition: one that was vacuumed while it was
-- empty would be read whole for every batch.
SELECT e.bucket, e.owner_id, e.wallet_no, e.seq, e.kind, e.account, e.program_id, e.create_us,
       e.occur_us, e.active_delta, e.pending_delta, e.reserved_delta, e.active_after,
       e.pending_after, e.reserved_after, e.activate_us, e.expire_us, e.order_id, e.reservation_id,
       e.refunded_seq, e.request_key, e.content_hash, e.detail, e.lots, e.hash
FROM unnest($1::int[], $2::uuid[]) AS k(bucket, request_key)
CROSS JOIN LATERAL (
  SELECT * FROM entries_d{day} e
  WHERE e.bucket = k.bucket AND e.request_key = k.request_key
  OFFSET 0) e
