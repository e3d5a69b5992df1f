-- Locks the programme's row: changes of its rules stand in line.
UPDATE programs SET rules_version = rules_version + 1 WHERE program_id = $1
