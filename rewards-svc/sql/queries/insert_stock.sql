INSERT INTO reward_stock (bucket, program_id, reward_id, stock) VALUES ($1, $2, $3, $4)
