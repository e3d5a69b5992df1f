INSERT INTO consents (bucket, member_id, activity_type, grant_us, program_id, grant_actor, wording)
VALUES ($1, $2, $3, $4, $5, $6, $7)
