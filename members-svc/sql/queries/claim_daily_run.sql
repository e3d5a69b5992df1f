-- For holder $1 until $3: of the days under way that nobody else drives at $2, each programme's oldest,
-- the one that has waited longest.
WITH next AS MATERIALIZED (
  SELECT r.program_id, r.day FROM daily_runs r
  WHERE r.phase < 4 AND (r.holder = $1 OR r.until_us < $2)
    AND NOT EXISTS (SELECT FROM daily_runs o
                    WHERE o.program_id = r.program_id AND o.day < r.day AND o.phase < 4)
  ORDER BY r.until_us LIMIT 1
  FOR UPDATE OF r SKIP LOCKED
)
UPDATE daily_runs d
SET holder = $1, until_us = $3, fence = CASE WHEN d.holder = $1 THEN d.fence ELSE d.fence + 1 END
FROM next n
WHERE d.program_id = n.program_id AND d.day = n.day
RETURNING d.program_id, d.day, d.prev_day, d.phase, d.slice, d.fence
