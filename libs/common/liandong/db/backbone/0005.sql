-- 对账: what `liandong reconcile` last found in this service's events, for its gauges to tell.
CREATE TABLE backbone.reconciliation (
    single      boolean     PRIMARY KEY DEFAULT true CHECK (single),
    compared_at timestamptz NOT NULL,
    findings    jsonb       NOT NULL -- open differences by kind
);
-- Those given up wait for a person; the others, settled long ago, are many.
CREATE INDEX deadline_failed ON backbone.deadline (id) WHERE state = 'failed';
