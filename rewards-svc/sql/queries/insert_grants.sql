-- Grants and what came of each: a redemption, or a reason.
INSERT INTO grants (bucket, grant_id, program_id, member_id, reward_id, campaign_id, campaign_version,
                    redemption_id, reason, create_us)
SELECT g.bucket, g.grant_id, g.program_id, g.member_id, g.reward_id, g.campaign_id, g.campaign_version,
       g.redemption_id, g.reason, $1::bigint
FROM unnest($2::int[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::int[], $9::uuid[],
            $10::text[])
  AS g(bucket, grant_id, program_id, member_id, reward_id, campaign_id, campaign_version, redemption_id,
       reason)
