-- What open reservations of some owners hold, by wallet. An owner may be named more than once.
SELECT r.owner_id, r.wallet_no, sum(r.amount)::bigint
FROM (SELECT DISTINCT u.bucket, u.owner_id FROM unnest($1::int[], $2::uuid[]) AS u(bucket, owner_id)) AS k
JOIN reservations r ON r.bucket = k.bucket AND r.owner_id = k.owner_id AND r.state = 1
GROUP BY r.owner_id, r.wallet_no
