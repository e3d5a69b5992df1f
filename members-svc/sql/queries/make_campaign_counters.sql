-- Counters that stand at zero where there are none, so that there is a row to lock.
INSERT INTO campaign_counters (bucket, member_id, campaign_id, period_us, program_id, points, orders)
SELECT bucket, member_id, campaign_id, period_us, program_id, 0, 0
FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::bigint[], $5::uuid[])
  AS k(bucket, member_id, campaign_id, period_us, program_id)
ORDER BY bucket, member_id, campaign_id, period_us
ON CONFLICT (bucket, member_id, campaign_id, period_us) DO NOTHING
