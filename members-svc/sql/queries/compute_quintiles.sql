-- Of the members who are scored: what 20, 40, 60 and 80 % do not lie above, of days from the last order
-- to day $2, of orders and of amounts. NULLs where nobody is scored.
SELECT q.days[1], q.days[2], q.days[3], q.days[4], q.orders[1], q.orders[2], q.orders[3],
       q.orders[4], q.amounts[1], q.amounts[2], q.amounts[3], q.amounts[4]
FROM (
  SELECT percentile_disc(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY $2::int - l.last_day) AS days,
         percentile_disc(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY l.orders) AS orders,
         percentile_disc(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY l.minor_units) AS amounts
  FROM segment_looks l WHERE l.program_id = $1 AND l.last_day IS NOT NULL) q
