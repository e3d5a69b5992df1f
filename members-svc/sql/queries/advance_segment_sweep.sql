-- Through $2 slices; $3: all members have been evaluated under that version.
UPDATE segment_programs SET swept_slices = $2, swept_version = coalesce($3, swept_version)
WHERE program_id = $1
