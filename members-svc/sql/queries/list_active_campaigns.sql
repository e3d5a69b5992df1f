SELECT content FROM campaigns WHERE program_id = $1 AND state = 2 ORDER BY campaign_id
