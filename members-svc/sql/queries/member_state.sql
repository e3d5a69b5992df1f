SELECT state FROM members WHERE bucket = $1 AND member_id = $2 AND program_id = $3 AND state <> 3
