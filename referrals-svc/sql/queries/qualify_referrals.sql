UPDATE referrals r
SET order_id = q.order_id, qualify_us = q.qualify_us
FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::bigint[])
  AS q(bucket, referee_id, order_id, qualify_us)
WHERE r.bucket = q.bucket AND r.referee_id = q.referee_id AND r.qualify_us IS NULL
