-- What an owner's wallets have had from each account until $3 (on day $4), by wallet.
SELECT e.wallet_no, e.account, sum(e.active_delta + e.pending_delta + e.reserved_delta)::bigint
FROM entries e
WHERE e.bucket = $1 AND e.owner_id = $2 AND e.day <= $4 AND e.create_us <= $3
GROUP BY e.wallet_no, e.account
