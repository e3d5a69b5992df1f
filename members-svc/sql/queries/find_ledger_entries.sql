-- A wallet's entries below seq $4 of the kinds $5 (none: all), recorded in [$6, $7) on the days $8
-- to $9, of the order $10 (null: any), newest first.
SELECT e.* FROM entry_rows e
WHERE e.bucket = $1 AND e.owner_id = $2 AND e.wallet_no = $3 AND e.seq < $4
  AND (cardinality($5::smallint[]) = 0 OR e.kind = ANY ($5))
  AND e.create_us >= $6 AND e.create_us < $7 AND e.day BETWEEN $8 AND $9
  AND ($10::uuid IS NULL OR e.order_id = $10)
ORDER BY e.seq DESC LIMIT $11
