SELECT ensure_day($1::int)
