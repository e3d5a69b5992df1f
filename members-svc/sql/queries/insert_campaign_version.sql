INSERT INTO campaign_versions (program_id, campaign_id, version, state, content, principal, create_us)
VALUES ($1, $2, $3, $4, $5, $6, $7)
