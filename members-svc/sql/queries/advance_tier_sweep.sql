-- Through $3 slices; $4: all members have been evaluated under that version.
UPDATE tier_sets SET swept_slices = $3, swept_version = coalesce($4, swept_version)
WHERE program_id = $1 AND set_no = $2
