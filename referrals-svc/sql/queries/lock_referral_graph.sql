SELECT 1 FROM referral_graphs WHERE program_id = $1 FOR UPDATE
