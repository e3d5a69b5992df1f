INSERT INTO programs (program_id, display_name, currency_code, time_zone, max_backdating_days,
                      rules_version, content, create_us, settings)
VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $8)
ON CONFLICT (program_id) DO NOTHING
