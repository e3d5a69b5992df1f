SELECT content FROM activity_types WHERE program_id = $1 ORDER BY code
