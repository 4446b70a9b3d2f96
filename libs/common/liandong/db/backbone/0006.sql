-- 备份: the backups that were taken of this database, told by the scripts that take them. A copy that
-- is restored does not know of its own.
CREATE TABLE backbone.backup (
    kind     text        NOT NULL CHECK (kind IN ('base', 'dump')),
    begun_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    name     text        NOT NULL,
    bytes    bigint      NOT NULL CHECK (bytes >= 0),
    PRIMARY KEY (kind, begun_at)
);
