-- Counters as they stand, and where their row lies; of those that do not exist, nothing.
SELECT c.member_id, c.campaign_id, c.period_us, c.points, c.orders, c.amount, c.ctid
FROM (SELECT unnest($1::int[]) AS bucket, unnest($2::uuid[]) AS member_id,
             unnest($3::uuid[]) AS campaign_id, unnest($4::bigint[]) AS period_us) k
JOIN campaign_counters c ON c.bucket = k.bucket AND c.member_id = k.member_id
  AND c.campaign_id = k.campaign_id AND c.period_us = k.period_us
