-- Whether the member $4 (bucket $3) referred the member $2 (bucket $1), at any distance. UNION
-- drops what was seen before, so that it ends whatever the rows say.
WITH RECURSIVE up(bucket, member_id) AS (
  SELECT r.referrer_bucket, r.referrer_id FROM referrals r WHERE r.bucket = $1 AND r.referee_id = $2
  UNION
  SELECT r.referrer_bucket, r.referrer_id
  FROM up JOIN referrals r ON r.bucket = up.bucket AND r.referee_id = up.member_id
)
SELECT EXISTS (SELECT FROM up WHERE up.bucket = $3 AND up.member_id = $4)
