-- By a superuser, once, in each service's database (here the registry's), before `liandong cdc begin`.
-- postgresql.conf: wal_level = logical, max_replication_slots and max_wal_senders at least 10,
-- max_slot_wal_keep_size = a day's log (docs/operations/cdc.md tells why not -1).

-- The service's own account makes the publication and the slot.
ALTER ROLE registry REPLICATION;
GRANT CREATE ON DATABASE registry TO registry;

-- The connector's account reads the log and the outbox's columns, and nothing else.
CREATE ROLE liandong_cdc LOGIN REPLICATION PASSWORD 'change-me';
GRANT CONNECT ON DATABASE registry TO liandong_cdc;
GRANT USAGE ON SCHEMA backbone TO liandong_cdc;
GRANT SELECT ON backbone.outbox TO liandong_cdc;
