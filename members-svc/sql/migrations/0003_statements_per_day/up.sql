-- The application names the partition of a day itself, in statements prepared once per day: a
-- function that did it planned its query anew for every batch.
DROP FUNCTION find_entries_by_key(int[], int[], uuid[]);
DROP FUNCTION find_orders_by_key(int[], int[], uuid[]);
