SELECT version, settings, bounds, swept_version FROM segment_programs WHERE program_id = $1
