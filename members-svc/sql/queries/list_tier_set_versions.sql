-- All versions of all tier sets of a programme.
SELECT set_no, start_us, content, principal FROM tier_set_versions
WHERE program_id = $1 ORDER BY set_no, version
