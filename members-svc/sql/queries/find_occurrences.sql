-- What has been recorded under these keys, or by these requests.
SELECT o.occurrence_key, o.occurrence_id, o.program_id, o.member_id, o.request_key, o.content_hash,
       o.content
FROM unnest($1::int[], $2::uuid[], $3::uuid[]) AS k(bucket, occurrence_key, request_key)
JOIN occurrences o ON o.bucket = k.bucket AND o.occurrence_key = k.occurrence_key
UNION
SELECT o.occurrence_key, o.occurrence_id, o.program_id, o.member_id, o.request_key, o.content_hash,
       o.content
FROM unnest($1::int[], $2::uuid[], $3::uuid[]) AS k(bucket, occurrence_key, request_key)
JOIN occurrences o ON o.bucket = k.bucket AND o.request_key = k.request_key
