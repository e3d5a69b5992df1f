SELECT definition FROM referral_programs WHERE program_id = $1 AND referral_program_id = $2
