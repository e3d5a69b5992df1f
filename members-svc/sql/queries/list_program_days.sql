-- Every programme with its zone and the newest day whose work was begun.
SELECT p.program_id, p.time_zone,
       (SELECT r.day FROM daily_runs r WHERE r.program_id = p.program_id ORDER BY r.day DESC LIMIT 1)
FROM programs p
ORDER BY p.program_id
