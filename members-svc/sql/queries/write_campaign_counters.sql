-- Guarded: when a counter is no longer what was read, the whole transaction fails.
WITH written AS (
  INSERT INTO campaign_counters AS c (bucket, member_id, campaign_id, period_us, program_id, points, orders, amount)
  SELECT bucket, member_id, campaign_id, period_us, program_id, points, orders, amount
  FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::bigint[], $5::uuid[], $6::bigint[], $7::bigint[],
              $8::bigint[])
    AS k(bucket, member_id, campaign_id, period_us, program_id, points, orders, amount)
  ORDER BY bucket, member_id, campaign_id, period_us
  ON CONFLICT (bucket, member_id, campaign_id, period_us) DO UPDATE
  SET points = excluded.points, orders = excluded.orders, amount = excluded.amount
  WHERE (c.bucket, c.member_id, c.campaign_id, c.period_us, c.points, c.orders, c.amount) IN
    (SELECT k.bucket, k.member_id, k.campaign_id, k.period_us, k.expected_points, k.expected_orders,
            k.expected_amount
     FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::bigint[], $9::bigint[], $10::bigint[], $11::bigint[])
       AS k(bucket, member_id, campaign_id, period_us, expected_points, expected_orders, expected_amount))
  RETURNING 1
)
SELECT expect_rows(count(*), cardinality($1)) FROM written
