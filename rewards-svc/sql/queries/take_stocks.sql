-- Takes of each reward's counted stock as much as is wanted, or all that is left; how much of each.
-- Rows are locked in the order of their key.
WITH locked AS MATERIALIZED (
  SELECT s.bucket, s.program_id, s.reward_id, least(s.stock, w.wanted) AS taken
  FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::bigint[]) AS w(bucket, program_id, reward_id, wanted)
  JOIN reward_stock s
    ON s.bucket = w.bucket AND s.program_id = w.program_id AND s.reward_id = w.reward_id
  ORDER BY s.bucket, s.program_id, s.reward_id
  FOR UPDATE OF s
)
UPDATE reward_stock s
SET stock = s.stock - l.taken
FROM locked l
WHERE s.bucket = l.bucket AND s.program_id = l.program_id AND s.reward_id = l.reward_id
RETURNING s.program_id, s.reward_id, l.taken
