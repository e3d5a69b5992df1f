INSERT INTO tier_sets (program_id, set_no, code, version) VALUES ($1, $2, $3, 1)
