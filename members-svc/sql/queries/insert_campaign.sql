INSERT INTO campaigns (program_id, campaign_id, version, state, content, live_version)
VALUES ($1, $2, $3, $4, $5, $6)
