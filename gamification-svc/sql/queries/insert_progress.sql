-- Fewer rows touched than given: another delivery made one first.
INSERT INTO challenge_progress (bucket, member_id, challenge_id, program_id, total, contributions,
                                complete_us)
SELECT * FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::bytea[],
                     $7::bigint[])
ON CONFLICT (bucket, member_id, challenge_id) DO NOTHING
