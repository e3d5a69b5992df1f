-- Rows beside the entries, of a programme and of buckets from $2 to $3, whose wallet has no head in
-- that programme, and reservations that no entry of their wallet has made; with $4 only that owner's.
SELECT r.owner_id, r.wallet_no, r.what
FROM (
  SELECT bucket, owner_id, wallet_no, 'a reservation' AS what FROM reservations
  WHERE bucket BETWEEN $2 AND $3 AND program_id = $1
  UNION ALL
  SELECT bucket, owner_id, wallet_no, 'a row of refunds' FROM refunds
  WHERE bucket BETWEEN $2 AND $3 AND program_id = $1
  UNION ALL
  SELECT bucket, owner_id, wallet_no, 'a mark of an entry' FROM entry_marks
  WHERE bucket BETWEEN $2 AND $3 AND program_id = $1
) AS r
WHERE ($4::uuid IS NULL OR r.owner_id = $4)
  AND NOT EXISTS (SELECT FROM wallets w WHERE w.bucket = r.bucket AND w.owner_id = r.owner_id
                  AND w.wallet_no = r.wallet_no AND w.program_id = $1)
UNION ALL
SELECT r.owner_id, r.wallet_no, 'a reservation'
FROM reservations r
WHERE r.bucket BETWEEN $2 AND $3 AND r.program_id = $1 AND ($4::uuid IS NULL OR r.owner_id = $4)
  AND NOT EXISTS (SELECT FROM entries e
                  WHERE e.bucket = r.bucket AND e.owner_id = r.owner_id AND e.wallet_no = r.wallet_no
                    AND e.day = r.create_us / 86400000000 AND e.reservation_id = r.reservation_id)
LIMIT 100
