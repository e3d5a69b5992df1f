SELECT referral_program_id, member_id FROM referral_codes
WHERE bucket = $1 AND program_id = $2 AND code = $3
