-- Whose tiers stand in rows of a programme, after a key, in key order.
SELECT bucket, member_id, set_no
FROM member_tiers
WHERE program_id = $1 AND (bucket, member_id, set_no) > ($2, $3, $4)
ORDER BY bucket, member_id, set_no LIMIT $5
