SELECT member_id, since_us, value FROM member_tiers
WHERE program_id = $1 AND set_no = $2 AND tier = $3 AND member_id > $4
ORDER BY member_id LIMIT $5
