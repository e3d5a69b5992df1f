-- The segments of a programme, and the codes of its activity types.
SELECT segment_id, NULL::text AS activity_type FROM segments WHERE program_id = $1
UNION ALL
SELECT NULL, code FROM activity_types WHERE program_id = $1
