SELECT member_id, enter_us FROM segment_members
WHERE segment_id = $1 AND program_id = $2 AND member_id > $3
ORDER BY member_id LIMIT $4
