SELECT content FROM campaigns
WHERE program_id = $1 AND campaign_id > $2 ORDER BY campaign_id LIMIT $3
