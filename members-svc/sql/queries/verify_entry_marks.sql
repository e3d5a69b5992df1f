-- What has been done about entries of some wallets.
SELECT m.owner_id, m.wallet_no, m.program_id, m.seq, m.undone, m.pending_end, m.expire_us,
       m.reversed_seq
FROM unnest($1::int[], $2::uuid[], $3::smallint[]) AS k(bucket, owner_id, wallet_no)
JOIN entry_marks m ON m.bucket = k.bucket AND m.owner_id = k.owner_id AND m.wallet_no = k.wallet_no
