-- All challenges of these programmes that these types of event feed. Few: one look per delivery.
SELECT c.program_id, c.challenge_id, c.definition
FROM unnest($1::uuid[]) AS k(program_id)
JOIN challenges c ON c.program_id = k.program_id
WHERE c.event_type = ANY ($2::smallint[])
ORDER BY c.challenge_id
