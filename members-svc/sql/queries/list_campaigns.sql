-- As find_campaign, for those after $2.
SELECT c.content, c.live_version, v.content
FROM campaigns c
LEFT JOIN campaign_versions v ON v.program_id = c.program_id AND v.campaign_id = c.campaign_id
  AND v.version = c.live_version AND c.live_version < c.version
WHERE c.program_id = $1 AND c.campaign_id > $2 ORDER BY c.campaign_id LIMIT $3
