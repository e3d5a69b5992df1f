-- The programmes that have tier sets.
SELECT DISTINCT program_id FROM tier_sets
