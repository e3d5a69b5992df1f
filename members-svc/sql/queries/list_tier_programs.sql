-- The programmes that have tier sets or segments.
SELECT program_id FROM tier_sets UNION SELECT program_id FROM segment_programs
