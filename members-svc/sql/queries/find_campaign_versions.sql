SELECT v.content
FROM unnest($2::uuid[], $3::int[]) AS k(campaign_id, version)
JOIN campaign_versions v ON v.program_id = $1 AND v.campaign_id = k.campaign_id
  AND v.version = k.version
