-- After the id $2, at most $3, oldest first.
SELECT definition FROM referral_programs
WHERE program_id = $1 AND referral_program_id > $2
ORDER BY referral_program_id
LIMIT $3
