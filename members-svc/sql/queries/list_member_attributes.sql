SELECT name, value, update_us FROM member_attributes
WHERE bucket = $1 AND member_id = $2 AND program_id = $3
ORDER BY name
