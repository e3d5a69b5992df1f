SELECT program_id, rules_version FROM programs WHERE program_id = ANY ($1::uuid[])
