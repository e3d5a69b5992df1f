SELECT r.owner_id, r.wallet_no, r.redemption_seq, r.refund_seq, r.program_id
FROM unnest($1::int[], $2::uuid[], $3::smallint[]) AS k(bucket, owner_id, wallet_no)
JOIN refunds r ON r.bucket = k.bucket AND r.owner_id = k.owner_id AND r.wallet_no = k.wallet_no
