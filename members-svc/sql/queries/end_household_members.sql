-- Ends memberships; when one has ended meanwhile, the whole transaction fails.
WITH ended AS (
  UPDATE household_members h SET end_us = k.end_us, end_key = k.end_key
  FROM unnest($1::int[], $2::uuid[], $3::bigint[], $4::bigint[], $5::uuid[])
    AS k(bucket, member_id, join_us, end_us, end_key)
  WHERE h.bucket = k.bucket AND h.member_id = k.member_id AND h.join_us = k.join_us
    AND h.end_us IS NULL
  RETURNING 1
)
SELECT expect_rows(count(*), cardinality($1)) FROM ended
