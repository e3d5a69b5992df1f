INSERT INTO rewards (program_id, reward_id, bucket, display_name, description, wallet_type,
                     price_points, stock_limited, start_us, end_us, create_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
