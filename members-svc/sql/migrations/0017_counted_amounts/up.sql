-- What bands and punch cards have counted of a member: minor units of money, or units. It stands
-- beside points and orders, each of which has its own period; a row may serve several of them.
ALTER TABLE campaign_counters ADD COLUMN amount bigint NOT NULL DEFAULT 0 CHECK (amount >= 0);
