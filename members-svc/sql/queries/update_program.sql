-- Settings version $5 replaces the one before it.
UPDATE programs SET display_name = $2, max_backdating_days = $3, settings = $4, settings_version = $5
WHERE program_id = $1 AND settings_version = $5 - 1
