INSERT INTO campaigns (program_id, campaign_id, version, state, content) VALUES ($1, $2, $3, $4, $5)
