SELECT tier, count(*) FROM member_tiers WHERE program_id = $1 AND set_no = $2 GROUP BY tier ORDER BY tier
