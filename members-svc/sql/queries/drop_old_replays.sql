-- Of the programme's replays the newest $2 stay, and those that have not ended.
DELETE FROM replays
WHERE program_id = $1 AND state > 2 AND replay_id <= (
  SELECT r.replay_id FROM replays r WHERE r.program_id = $1 ORDER BY r.replay_id DESC OFFSET $2 LIMIT 1)
