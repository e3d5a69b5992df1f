UPDATE campaigns SET version = $3, state = $4, content = $5, live_version = $6
WHERE program_id = $1 AND campaign_id = $2 AND version = $3 - 1
