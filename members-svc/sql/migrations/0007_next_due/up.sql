-- When the next of a wallet's lots falls due (becomes active, is cancelled or expires); the greatest
-- bigint: none. The settling of what is due finds its wallets by it. No index: it changes with most
-- writes of a head, which are to stay within their page (HOT); a bucket is read by the key.
ALTER TABLE wallets ADD COLUMN next_due_us bigint NOT NULL DEFAULT 9223372036854775807;
-- Lots are packed as three big-endian numbers of 8 bytes: activation (0: active; below zero: cancelled
-- at its opposite), expiry, amount.
UPDATE wallets w SET next_due_us = due.us
FROM (
  SELECT bucket, owner_id, wallet_no, min(CASE WHEN activate_us = 0 THEN expire_us ELSE abs(activate_us) END) AS us
  FROM wallets, generate_series(0, length(lots) / 24 - 1) AS i,
    LATERAL (SELECT ('x' || encode(substring(lots FROM i * 24 + 1 FOR 8), 'hex'))::bit(64)::bigint AS activate_us,
                    ('x' || encode(substring(lots FROM i * 24 + 9 FOR 8), 'hex'))::bit(64)::bigint AS expire_us) AS lot
  GROUP BY bucket, owner_id, wallet_no
) AS due
WHERE w.bucket = due.bucket AND w.owner_id = due.owner_id AND w.wallet_no = due.wallet_no;
