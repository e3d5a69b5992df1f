-- Guarded: a counter that is no longer what was read is not touched, and then the whole transaction
-- fails. It is found by the place where it was read (see update_heads).
WITH k AS (
  SELECT unnest($1::uuid[]) AS member_id, unnest($2::uuid[]) AS campaign_id,
         unnest($3::bigint[]) AS period_us, unnest($4::bigint[]) AS points,
         unnest($5::bigint[]) AS orders, unnest($6::bigint[]) AS amount,
         unnest($7::bigint[]) AS read_points, unnest($8::bigint[]) AS read_orders,
         unnest($9::bigint[]) AS read_amount, unnest($10::tid[]) AS place
), counted AS (
  UPDATE campaign_counters c
  SET points = k.points, orders = k.orders, amount = k.amount
  FROM k
  WHERE c.ctid = k.place AND c.member_id = k.member_id AND c.campaign_id = k.campaign_id
    AND c.period_us = k.period_us AND c.points = k.read_points AND c.orders = k.read_orders
    AND c.amount = k.read_amount
  RETURNING 1
)
SELECT expect_rows(count(*), cardinality($1)) FROM counted
