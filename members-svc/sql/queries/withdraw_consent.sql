-- The one that holds, if any.
UPDATE consents SET withdraw_us = greatest($4::bigint, grant_us), withdraw_actor = $5
WHERE bucket = $1 AND member_id = $2 AND activity_type = $3 AND withdraw_us IS NULL
RETURNING activity_type, grant_us, grant_actor, wording, withdraw_us, withdraw_actor
