-- Those of these codes.
SELECT content FROM places WHERE program_id = $1 AND code = ANY ($2::text[])
