-- What rules ask of members beside counters: their tiers (1), by the number of the tier set; their
-- segments (2); their attributes (4), by name. $3 says of each member which, as a sum.
WITH k AS (SELECT * FROM unnest($1::int[], $2::uuid[], $3::int[]) AS k(bucket, member_id, asked))
SELECT 1 AS kind, t.member_id, t.program_id, t.set_no::int AS set_no, NULL::uuid AS segment_id,
       NULL::text AS name, t.tier AS value
FROM k JOIN member_tiers t ON t.bucket = k.bucket AND t.member_id = k.member_id
WHERE k.asked & 1 <> 0
UNION ALL
SELECT 2, s.member_id, s.program_id, NULL, s.segment_id, NULL, NULL
FROM k JOIN segment_members s ON s.bucket = k.bucket AND s.member_id = k.member_id
WHERE k.asked & 2 <> 0
UNION ALL
SELECT 4, a.member_id, a.program_id, NULL, NULL, a.name, a.value
FROM k JOIN member_attributes a ON a.bucket = k.bucket AND a.member_id = k.member_id
WHERE k.asked & 4 <> 0
