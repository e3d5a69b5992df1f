-- Which of these grants have been dealt with.
SELECT g.grant_id
FROM unnest($1::int[], $2::uuid[]) AS k(bucket, grant_id)
JOIN grants g ON g.bucket = k.bucket AND g.grant_id = k.grant_id
