-- 世代: which copy of the database this is. A copy that was restored looks like the one that was
-- lost, but the world has seen what it has forgotten: it works on only as a new incarnation, whose
-- versions and positions lie above all that the earlier ones can have given.
CREATE TABLE backbone.incarnation (
    number            bigint      PRIMARY KEY,
    system_identifier text        NOT NULL,
    database_oid      bigint      NOT NULL,
    timeline          text        NOT NULL,
    begun_at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    begun_by          text        NOT NULL
);
