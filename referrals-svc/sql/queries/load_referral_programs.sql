SELECT p.referral_program_id, p.definition
FROM unnest($1::uuid[], $2::uuid[]) AS k(program_id, referral_program_id)
JOIN referral_programs p USING (program_id, referral_program_id)
