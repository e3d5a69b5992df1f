INSERT INTO campaign_approvals (program_id, campaign_id, version, author, approver, create_us)
VALUES ($1, $2, $3, $4, $5, $6)
