-- Fewer rows touched than given: another delivery made one first.
INSERT INTO challenge_progress (bucket, member_id, challenge_id, program_id, total, contributions,
                                complete_us, settled)
SELECT n.bucket, n.member_id, n.challenge_id, n.program_id, n.total, n.contributions, n.complete_us,
       n.settled = 1
FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::bytea[], $7::bigint[],
            $8::int[])
  AS n(bucket, member_id, challenge_id, program_id, total, contributions, complete_us, settled)
ON CONFLICT (bucket, member_id, challenge_id) DO NOTHING
