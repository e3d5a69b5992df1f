SELECT program_id, wallet_no, max_delta FROM adjustment_limits WHERE program_id = ANY ($1::uuid[])
