-- The newest version is $3 from now on; all members are evaluated under it.
UPDATE tier_sets SET version = $3, swept_slices = 0
WHERE program_id = $1 AND set_no = $2 AND version = $3 - 1
