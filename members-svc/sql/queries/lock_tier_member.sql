-- Whoever gives or takes a tier by hand, or sets attributes, does so one after the other.
SELECT join_us FROM members
WHERE bucket = $1 AND member_id = $2 AND program_id = $3 AND state <> 3
FOR UPDATE
