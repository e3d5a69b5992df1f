SELECT activity_type, grant_us, grant_actor, wording, withdraw_us, withdraw_actor
FROM consents WHERE bucket = $1 AND member_id = $2
ORDER BY grant_us DESC, activity_type LIMIT $3
