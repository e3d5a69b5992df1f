SELECT code FROM member_codes WHERE bucket = $1 AND member_id = $2 AND referral_program_id = $3
