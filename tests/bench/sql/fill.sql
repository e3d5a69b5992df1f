INSERT INTO members SELECT bucket_of(n), member_of(n), member_of(0), 1 FROM generate_series(1, :wallets) n;
INSERT INTO wallets SELECT bucket_of(n), member_of(n), 1, member_of(0), 0, 1000000, 0, 0, 1000000, 0, 0, 0, decode(repeat('00', 32), 'hex'), decode(repeat('00', 24), 'hex'), 0, 0, 9223372036854775807 FROM generate_series(1, :wallets) n;
VACUUM ANALYZE members, wallets;
CHECKPOINT;
