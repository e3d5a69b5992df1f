-- Looked up key by key, whatever is known of the partition: one that was vacuumed while it was
-- empty would be read whole for every batch.
SELECT o.order_id, o.program_id, o.member_id, o.create_us, o.occur_us, o.total_minor_units,
       o.request_key, o.content_hash, o.content
FROM unnest($1::int[], $2::uuid[]) AS k(bucket, request_key)
CROSS JOIN LATERAL (
  SELECT * FROM orders_d{day} o
  WHERE o.bucket = k.bucket AND o.request_key = k.request_key
  OFFSET 0) o
