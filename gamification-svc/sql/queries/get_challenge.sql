SELECT definition FROM challenges WHERE program_id = $1 AND challenge_id = $2
