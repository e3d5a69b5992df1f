INSERT INTO referral_graphs (program_id) VALUES ($1) ON CONFLICT (program_id) DO NOTHING
