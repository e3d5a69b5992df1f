-- Ends open reservations; when one has ended meanwhile, the whole transaction fails.
WITH ended AS (
  UPDATE reservations r
  SET state = k.state, captured_amount = k.captured_amount, end_us = k.end_us
  FROM unnest($1::int[], $2::uuid[], $3::smallint[], $4::bigint[], $5::bigint[])
    AS k(bucket, reservation_id, state, captured_amount, end_us)
  WHERE r.bucket = k.bucket AND r.reservation_id = k.reservation_id AND r.state = 1
  RETURNING 1
)
SELECT expect_rows(count(*), cardinality($1)) FROM ended
