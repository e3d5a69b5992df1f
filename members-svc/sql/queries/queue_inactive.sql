-- Members of a bucket of whom something was recorded from $3 to before $4 (between the UTC days $5
-- and $6), and nothing since: occasions under the key $7 and the ref $8, of the instant $9.
WITH seen AS (
  SELECT o.member_id FROM orders o
  WHERE o.bucket = $1 AND o.program_id = $2 AND o.day BETWEEN $5 AND $6
    AND o.create_us >= $3 AND o.create_us < $4
  UNION
  SELECT a.member_id FROM occurrences a
  WHERE a.bucket = $1 AND a.program_id = $2 AND a.trigger_key LIKE 'activity/%'
    AND a.create_us >= $3 AND a.create_us < $4
  UNION
  SELECT m.member_id FROM members m
  WHERE m.bucket = $1 AND m.program_id = $2 AND m.create_us >= $3 AND m.create_us < $4
)
INSERT INTO occasions (bucket, member_id, trigger_key, ref, program_id, occur_us, attribute, value,
                       create_us)
SELECT m.bucket, m.member_id, $7, $8, m.program_id, $9::bigint, '', '', $10::bigint
FROM seen s
CROSS JOIN LATERAL (
  SELECT n.bucket, n.member_id, n.program_id FROM members n
  WHERE n.bucket = $1 AND n.member_id = s.member_id AND n.state <> 3
  OFFSET 0) m
WHERE NOT EXISTS (SELECT FROM orders l
                  WHERE l.bucket = m.bucket AND l.member_id = m.member_id AND l.day >= $6
                    AND l.create_us >= $4
                  OFFSET 0)
  AND NOT EXISTS (SELECT FROM occurrences l
                  WHERE l.bucket = m.bucket AND l.member_id = m.member_id
                    AND l.trigger_key LIKE 'activity/%' AND l.create_us >= $4
                  OFFSET 0)
ORDER BY m.member_id
ON CONFLICT (bucket, member_id, trigger_key, ref) DO NOTHING
