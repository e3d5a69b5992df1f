INSERT INTO refunds (bucket, owner_id, wallet_no, redemption_seq, program_id, refund_seq)
SELECT * FROM unnest($1::int[], $2::uuid[], $3::smallint[], $4::bigint[], $5::uuid[], $6::bigint[])
