-- A member's score, and how many have a greater one. Nobody ranks whose points were all taken back.
SELECT s.score,
       (SELECT count(*) FROM scores a WHERE a.program_id = s.program_id AND a.score > s.score)
FROM scores s
WHERE s.bucket = $1 AND s.member_id = $2 AND s.program_id = $3 AND s.score > 0
