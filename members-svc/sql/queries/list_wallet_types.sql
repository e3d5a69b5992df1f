SELECT wallet_no, policy FROM wallet_types WHERE program_id = $1 ORDER BY wallet_no
