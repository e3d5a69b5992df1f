-- The entries of request keys on known days, whether these have partitions or not.
SELECT e.*
FROM unnest($1::int[], $2::uuid[], $3::int[]) AS k(bucket, request_key, day)
JOIN entry_rows e ON e.bucket = k.bucket AND e.request_key = k.request_key AND e.day = k.day
