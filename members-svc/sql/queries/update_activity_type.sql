-- Nothing where another version has come meanwhile.
UPDATE activity_types SET version = $3, content = $4
WHERE program_id = $1 AND code = $2 AND version = $3 - 1
