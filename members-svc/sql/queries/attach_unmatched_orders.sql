-- Unmatched orders become their members'; when one has become somebody's or was cancelled meanwhile,
-- the whole transaction fails. What their customers were named by goes.
WITH k AS (
  SELECT unnest($1::int[]) AS bucket, unnest($2::uuid[]) AS order_id,
         unnest($3::uuid[]) AS attached_order_id, unnest($4::uuid[]) AS member_id,
         unnest($5::bigint[]) AS attach_us
), attached AS (
  UPDATE unmatched_orders u
  SET attach_us = k.attach_us, attached_order_id = k.attached_order_id, member_id = k.member_id
  FROM k
  WHERE u.bucket = k.bucket AND u.order_id = k.order_id AND u.attach_us IS NULL
    AND u.cancel_us IS NULL
  RETURNING u.order_id
), gone AS (
  DELETE FROM unmatched_identifiers i USING attached a WHERE i.order_id = a.order_id
)
SELECT expect_rows(count(*), cardinality($1)) FROM attached
