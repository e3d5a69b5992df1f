SELECT r.owner_id, r.wallet_no, sum(r.amount)::bigint
FROM unnest($1::int[], $2::uuid[]) AS k(bucket, owner_id)
JOIN reservations r ON r.bucket = k.bucket AND r.owner_id = k.owner_id AND r.state = 1
GROUP BY r.owner_id, r.wallet_no
