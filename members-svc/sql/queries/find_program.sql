SELECT display_name, currency_code, time_zone, max_backdating_days, rules_version, content, create_us,
       settings, settings_version
FROM programs WHERE program_id = $1
