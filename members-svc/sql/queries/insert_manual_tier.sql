INSERT INTO manual_tiers (bucket, member_id, set_no, start_us, program_id, tier, end_us, reason, actor)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
