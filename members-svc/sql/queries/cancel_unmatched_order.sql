-- An order of nobody is cancelled; when it has become somebody's or was cancelled meanwhile, the
-- whole transaction fails. What its customer was named by goes.
WITH cancelled AS (
  UPDATE unmatched_orders
  SET cancel_us = $3, cancel_key = $4, cancel_hash = $5, cancel_content = $6
  WHERE bucket = $1 AND order_id = $2 AND attach_us IS NULL AND cancel_us IS NULL
  RETURNING order_id
), gone AS (
  DELETE FROM unmatched_identifiers i USING cancelled c WHERE i.order_id = c.order_id
)
SELECT expect_rows(count(*), 1) FROM cancelled
