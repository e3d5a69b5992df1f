-- The birthdays of the members of a bucket that lie on days that began at begin_us; whoever enrolled
-- on the day itself has it the year after.
INSERT INTO occasions (bucket, member_id, trigger_key, ref, program_id, occur_us, attribute, value,
                       create_us)
SELECT m.bucket, m.member_id, 'birthday', d.ref, m.program_id, d.begin_us, '', '', $6::bigint
FROM unnest($3::bytea[], $4::bigint[], $5::text[]) AS d(birthday_hash, begin_us, ref)
JOIN members m ON m.bucket = $1 AND m.program_id = $2 AND m.birthday_hash = d.birthday_hash
WHERE m.state <> 3 AND m.create_us < d.begin_us
ORDER BY m.member_id, d.ref
ON CONFLICT (bucket, member_id, trigger_key, ref) DO NOTHING
