-- Position of the newest event of these members' redemptions; NULL: they have none.
SELECT max(r.event_us)
FROM unnest($1::int[], $2::uuid[]) AS k(bucket, member_id)
JOIN redemptions r ON r.bucket = k.bucket AND r.member_id = k.member_id
