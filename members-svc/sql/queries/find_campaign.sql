SELECT content FROM campaigns WHERE program_id = $1 AND campaign_id = $2
