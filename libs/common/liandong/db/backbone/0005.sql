-- 对账: the last comparison of what was told with what topics, readers and projections hold. One row
-- a run and service; a run that could not compare has no end.
CREATE TABLE backbone.reconciliation (
    run_id     uuid        PRIMARY KEY,
    started_at timestamptz NOT NULL,
    ended_at   timestamptz,
    findings   jsonb       NOT NULL DEFAULT '{}', -- kind: how many, of those that are open
    repaired   jsonb       NOT NULL DEFAULT '{}'  -- what was done: how many
);

-- Deadlines given up wait for a person; the others, settled long ago, are many.
CREATE INDEX deadline_failed ON backbone.deadline (id) WHERE state = 'failed';
