-- The newest root before $2 of each of the programmes.
SELECT k.program_id, r.root
FROM unnest($1::uuid[]) AS k(program_id)
CROSS JOIN LATERAL (SELECT s.root FROM sealed_roots s
                    WHERE s.program_id = k.program_id AND s.start_us < $2
                    ORDER BY s.start_us DESC LIMIT 1) r
