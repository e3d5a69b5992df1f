UPDATE members m
SET birthday_hash = k.birthday_hash
FROM unnest($2::uuid[], $3::bytea[]) AS k(member_id, birthday_hash)
WHERE m.bucket = $1 AND m.member_id = k.member_id AND m.birthday_hash IS NULL
