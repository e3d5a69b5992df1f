DELETE FROM member_attributes
WHERE bucket = $1 AND member_id = $2 AND program_id = $3 AND name = ANY ($4::text[])
