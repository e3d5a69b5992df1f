SELECT c.member_id, c.campaign_id, c.period_us, c.points, c.orders, c.amount
FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::bigint[]) AS k(bucket, member_id, campaign_id, period_us)
JOIN campaign_counters c ON c.bucket = k.bucket AND c.member_id = k.member_id
  AND c.campaign_id = k.campaign_id AND c.period_us = k.period_us
