SELECT max(start_us) FROM sealed_roots WHERE program_id = '00000000-0000-0000-0000-000000000000'
