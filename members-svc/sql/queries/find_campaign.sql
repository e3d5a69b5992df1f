-- A campaign in its newest version, and in the one by which it earns where that is another.
SELECT c.content, c.live_version, v.content
FROM campaigns c
LEFT JOIN campaign_versions v ON v.program_id = c.program_id AND v.campaign_id = c.campaign_id
  AND v.version = c.live_version AND c.live_version < c.version
WHERE c.program_id = $1 AND c.campaign_id = $2
