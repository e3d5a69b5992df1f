-- The anniversaries of the members of a bucket that lie on days that began at begin_us: of those who
-- joined from from_us to before to_us, the one with this number of years.
INSERT INTO occasions (bucket, member_id, trigger_key, ref, program_id, occur_us, attribute, value,
                       create_us)
SELECT m.bucket, m.member_id, 'anniversary', 'anniversary/' || d.years, m.program_id, d.begin_us,
       'years', d.years::text, $7::bigint
FROM unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::int[]) AS d(from_us, to_us, begin_us, years)
JOIN members m
  ON m.bucket = $1 AND m.program_id = $2 AND m.join_us >= d.from_us AND m.join_us < d.to_us
WHERE m.state <> 3 AND m.create_us < d.begin_us
ORDER BY m.member_id, d.years
ON CONFLICT (bucket, member_id, trigger_key, ref) DO NOTHING
