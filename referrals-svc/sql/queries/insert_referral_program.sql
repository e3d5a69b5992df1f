INSERT INTO referral_programs (program_id, referral_program_id, definition) VALUES ($1, $2, $3)
