-- The owner of a household's pools.
INSERT INTO members (bucket, member_id, program_id, state, external_id, wrapped_key, sealed_profile,
                     join_us, create_us, version)
VALUES ($1, $2, $3, 3, NULL, '', '', $4, $4, 1)
