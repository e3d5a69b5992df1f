SELECT r.owner_id, r.wallet_no, r.redemption_seq
FROM unnest($1::int[], $2::uuid[], $3::smallint[], $4::bigint[]) AS k(bucket, owner_id, wallet_no, redemption_seq)
JOIN refunds r ON r.bucket = k.bucket AND r.owner_id = k.owner_id AND r.wallet_no = k.wallet_no
  AND r.redemption_seq = k.redemption_seq
