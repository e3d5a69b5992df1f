-- Attributes of members; texts come as bytes, so that it serves pipelines, too.
INSERT INTO member_attributes (bucket, member_id, name, program_id, value, update_us)
SELECT a.bucket, a.member_id, convert_from(a.name, 'UTF8'), a.program_id, convert_from(a.value, 'UTF8'),
       a.update_us
FROM unnest($1::int[], $2::uuid[], $3::bytea[], $4::uuid[], $5::bytea[], $6::bigint[])
  AS a(bucket, member_id, name, program_id, value, update_us)
ORDER BY a.bucket, a.member_id, a.name
ON CONFLICT (bucket, member_id, name) DO UPDATE
SET value = excluded.value, update_us = greatest(excluded.update_us, member_attributes.update_us)
