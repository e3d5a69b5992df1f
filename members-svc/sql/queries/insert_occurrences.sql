-- A key that another one has taken meanwhile is a conflict of the whole transaction.
INSERT INTO occurrences (bucket, occurrence_key, occurrence_id, program_id, member_id, trigger_key,
                         ref, create_us, occur_us, request_key, content_hash, content, sealed)
SELECT k.bucket, k.occurrence_key, k.occurrence_id, k.program_id, k.member_id,
       convert_from(k.trigger_key, 'UTF8'), convert_from(k.ref, 'UTF8'), k.create_us, k.occur_us,
       k.request_key, k.content_hash, k.content, k.sealed
FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::bytea[], $7::bytea[],
            $8::bigint[], $9::bigint[], $10::uuid[], $11::bytea[], $12::bytea[], $13::bytea[])
  AS k(bucket, occurrence_key, occurrence_id, program_id, member_id, trigger_key, ref, create_us,
       occur_us, request_key, content_hash, content, sealed)
