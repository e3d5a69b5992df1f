-- All members of a programme are to be looked at again; the first time makes its row. $2 are the
-- settings: of a row that is there only where $3 is true.
INSERT INTO segment_programs (program_id, version, settings) VALUES ($1, 1, $2)
ON CONFLICT (program_id) DO UPDATE
SET version = segment_programs.version + 1, swept_slices = 0,
    settings = CASE WHEN $3::boolean THEN excluded.settings ELSE segment_programs.settings END
