-- The consents of members to kinds of activities that hold, and do so until the transaction ends. The
-- kinds are text in UTF-8.
SELECT c.member_id, c.activity_type
FROM unnest($1::int[], $2::uuid[], $3::bytea[]) AS k(bucket, member_id, activity_type)
JOIN consents c ON c.bucket = k.bucket AND c.member_id = k.member_id
  AND c.activity_type = convert_from(k.activity_type, 'UTF8')
WHERE c.withdraw_us IS NULL
FOR SHARE OF c
