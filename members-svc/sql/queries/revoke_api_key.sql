-- A key that has ended stays ended when it did.
UPDATE api_keys SET revoke_us = coalesce(revoke_us, greatest(create_us, $4))
WHERE program_id = $1 AND client_id = $2 AND key_id = $3
RETURNING revoke_us
