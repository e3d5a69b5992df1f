SELECT k.member_id, a.name, a.value
FROM unnest($1::int[], $2::uuid[]) AS k(bucket, member_id)
JOIN member_attributes a ON a.bucket = k.bucket AND a.member_id = k.member_id
