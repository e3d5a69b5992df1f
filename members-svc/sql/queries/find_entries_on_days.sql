-- The entries of request keys on known days, whether these have partitions or not; in whatever
-- bucket: of a member of a household they may stand in a pool.
SELECT e.*
FROM unnest($1::uuid[], $2::int[]) AS k(request_key, day)
JOIN entry_rows e ON e.request_key = k.request_key AND e.day = k.day
