-- Of the next unmatched orders that are to be looked at, all that their customers were named by, and
-- whose that is by now. Order after order, $2 of them.
WITH next AS MATERIALIZED (
  SELECT DISTINCT order_id FROM unmatched_identifiers
  WHERE looks > looked AND order_id > $1
  ORDER BY order_id LIMIT $2
)
SELECT i.order_id, i.program_id, i.bucket, i.kind, i.key_hash, i.create_us, i.until_us, i.looks,
       i.looked, d.member_id
FROM next n
JOIN unmatched_identifiers i ON i.order_id = n.order_id
LEFT JOIN member_directory d ON d.bucket = i.bucket AND d.program_id = i.program_id
  AND d.kind = i.kind AND d.key_hash = i.key_hash AND d.claim_id IS NULL
ORDER BY i.order_id, i.kind
