SELECT u.order_id, u.program_id, u.create_us, u.occur_us, u.attach_until_us, u.total_minor_units, u.given,
       u.request_key, u.content_hash, u.content, u.attached_order_id, u.member_id,
       u.cancel_us, u.cancel_key, u.cancel_hash, u.cancel_content
FROM unnest($1::int[], $2::uuid[]) AS k(bucket, order_id)
JOIN unmatched_orders u ON u.bucket = k.bucket AND u.order_id = k.order_id
