-- Occasions of members, each once. Texts come as bytes, so that it serves pipelines, too.
INSERT INTO occasions (bucket, member_id, trigger_key, ref, program_id, occur_us, attribute, value,
                       create_us)
SELECT o.bucket, o.member_id, convert_from(o.trigger_key, 'UTF8'), convert_from(o.ref, 'UTF8'),
       o.program_id, o.occur_us, convert_from(o.attribute, 'UTF8'), convert_from(o.value, 'UTF8'),
       o.create_us
FROM unnest($1::int[], $2::uuid[], $3::bytea[], $4::bytea[], $5::uuid[], $6::bigint[], $7::bytea[],
            $8::bytea[], $9::bigint[])
  AS o(bucket, member_id, trigger_key, ref, program_id, occur_us, attribute, value, create_us)
ORDER BY o.bucket, o.member_id, o.trigger_key, o.ref
ON CONFLICT (bucket, member_id, trigger_key, ref) DO NOTHING
