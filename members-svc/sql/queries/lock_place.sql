SELECT content FROM places WHERE program_id = $1 AND code = $2 FOR UPDATE
