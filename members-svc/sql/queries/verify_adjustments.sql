SELECT a.adjustment_id, a.member_id, a.wallet_type, a.delta, a.reason, a.state, a.proposer,
       a.decider, a.decide_us, a.command_id, a.entry_id
FROM unnest($2::uuid[]) AS k(adjustment_id)
JOIN adjustments a ON a.program_id = $1 AND a.adjustment_id = k.adjustment_id
