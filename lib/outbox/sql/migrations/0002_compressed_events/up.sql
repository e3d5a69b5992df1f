-- The events of a batch repeat one another: lz4 makes them a third, and write-ahead log with them.
ALTER TABLE outbox ALTER COLUMN events SET STORAGE EXTENDED;
ALTER TABLE outbox ALTER COLUMN events SET COMPRESSION lz4;
