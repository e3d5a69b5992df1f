INSERT INTO scores AS s (bucket, member_id, program_id, score)
SELECT * FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::bigint[])
ON CONFLICT (bucket, member_id) DO UPDATE SET score = s.score + excluded.score
