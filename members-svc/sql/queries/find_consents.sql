-- The newest one of each member and kind.
SELECT DISTINCT ON (c.member_id, c.activity_type)
       c.member_id, c.activity_type, c.grant_us, c.grant_actor, c.wording, c.withdraw_us,
       c.withdraw_actor
FROM unnest($1::int[], $2::uuid[], $3::text[]) AS k(bucket, member_id, activity_type)
JOIN consents c ON c.bucket = k.bucket AND c.member_id = k.member_id
  AND c.activity_type = k.activity_type
ORDER BY c.member_id, c.activity_type, c.grant_us DESC
