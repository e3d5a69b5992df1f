-- The versions of a campaign below $3, newest first.
SELECT content, principal FROM campaign_versions
WHERE program_id = $1 AND campaign_id = $2 AND version < $3
ORDER BY version DESC LIMIT $4
