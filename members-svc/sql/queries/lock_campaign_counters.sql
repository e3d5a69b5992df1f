-- Reads counters and keeps them locked until the end of the transaction; in key order, so that two
-- batches never wait for each other.
SELECT c.member_id, c.campaign_id, c.period_us, c.points, c.orders, c.amount, c.ctid
FROM campaign_counters c
WHERE (c.bucket, c.member_id, c.campaign_id, c.period_us) IN
  (SELECT k.bucket, k.member_id, k.campaign_id, k.period_us
   FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::bigint[]) AS k(bucket, member_id, campaign_id, period_us))
ORDER BY c.bucket, c.member_id, c.campaign_id, c.period_us
FOR UPDATE
