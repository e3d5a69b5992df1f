-- Due at once. A cause that has paid the member already violates a key.
INSERT INTO payouts (bucket, payout_id, program_id, member_id, cause_id, wallet_type, amount, reason,
                     state, due_us, create_us)
SELECT p.bucket, p.payout_id, p.program_id, p.member_id, p.cause_id, p.wallet_type, p.amount,
       p.reason, 1, 0, $9
FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::bigint[],
            $8::text[])
  AS p(bucket, payout_id, program_id, member_id, cause_id, wallet_type, amount, reason)
