-- $3: by these bounds segments hold or not, so that all members are looked at again.
UPDATE segment_programs
SET bounds = $2, version = version + CASE WHEN $3::boolean THEN 1 ELSE 0 END,
    bounds_version = CASE WHEN $3::boolean THEN version + 1 ELSE bounds_version END,
    swept_slices = CASE WHEN $3::boolean THEN 0 ELSE swept_slices END
WHERE program_id = $1
