-- How many orders each member had recorded before they were counted as they come: the counter of
-- domain/order_counters.h. None of them had been returned.
INSERT INTO campaign_counters (bucket, member_id, campaign_id, period_us, program_id, points, orders)
SELECT bucket, member_id, '868b85a0-f7bd-8ffa-bd46-56e4653b0dcd', 0, program_id, 0, count(*)
FROM orders
GROUP BY bucket, member_id, program_id;
