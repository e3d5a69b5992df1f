INSERT INTO badges (bucket, member_id, challenge_id, program_id, code, award_us)
SELECT * FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[])
