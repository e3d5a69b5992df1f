-- Active campaigns as they earn.
SELECT v.content
FROM campaigns c
JOIN campaign_versions v ON v.program_id = c.program_id AND v.campaign_id = c.campaign_id
  AND v.version = c.live_version
WHERE c.program_id = $1 AND c.state = 2 ORDER BY c.campaign_id
