INSERT INTO wallet_types (program_id, wallet_no, code, policy)
SELECT $1::uuid, wallet_no, code, policy
FROM unnest($2::smallint[], $3::text[], $4::bytea[]) AS w(wallet_no, code, policy)
ON CONFLICT (program_id, code) DO NOTHING
