-- The tables of the mechanism. They live in a schema of their own, so that a service's own
-- migrations (and the drift check) see only the service's tables.
CREATE SCHEMA backbone;

-- Events that committed with their cause and wait for the relay. Rows are inserted and deleted,
-- never updated; id, aggregatetype, aggregateid, type and payload are the columns that
-- Debezium's outbox event router reads, so that CDC can take the relay's place.
CREATE TABLE backbone.outbox (
    seq           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id            uuid        NOT NULL,
    shard         smallint    NOT NULL,
    topic         text        NOT NULL,
    aggregatetype text        NOT NULL,
    aggregateid   text        NOT NULL,
    type          text        NOT NULL,
    district      text,
    headers       jsonb       NOT NULL,
    payload       bytea       NOT NULL,
    occurred_at   timestamptz NOT NULL,
    written_at    timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
        autovacuum_vacuum_insert_threshold = 10000);
CREATE INDEX outbox_shard_seq ON backbone.outbox (shard, seq);

-- A key whose first waiting event cannot be published (too large, say). Its rows stay in the
-- outbox, in order, until an operator mends or skips the event.
CREATE TABLE backbone.outbox_blocked (
    aggregateid text PRIMARY KEY,
    event_id    uuid        NOT NULL,
    reason      text        NOT NULL,
    blocked_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- What this service has published, in the order of publication. A position is given under one
-- lock, held until the commit is visible: readers never see a higher position before a lower one.
CREATE SEQUENCE backbone.event_feed_position;
CREATE TABLE backbone.event_feed (
    position    bigint      NOT NULL DEFAULT nextval('backbone.event_feed_position'),
    appended_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    id          uuid        NOT NULL,
    key         text        NOT NULL,
    type        text        NOT NULL,
    district    text,
    headers     jsonb       NOT NULL,
    payload     bytea       NOT NULL,
    PRIMARY KEY (position, appended_at)
) PARTITION BY RANGE (appended_at);
CREATE TABLE backbone.event_feed_rest PARTITION OF backbone.event_feed DEFAULT;
CREATE INDEX event_feed_id ON backbone.event_feed (id);

-- One row per event and consumer group: the event's effects are in the database.
-- Partitioned by the event's id, which is a UUIDv7 and so begins with its time: the same event
-- always meets the same partition, and a month is dropped, not deleted.
CREATE TABLE backbone.inbox (
    event_id       uuid        NOT NULL,
    consumer_group text        NOT NULL,
    handled_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (event_id, consumer_group)
) PARTITION BY RANGE (event_id);
CREATE TABLE backbone.inbox_rest PARTITION OF backbone.inbox DEFAULT;

-- The present month and the two that follow; the worker makes the later ones in time.
DO $$
DECLARE
    month timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
    first text; next text;
BEGIN
    FOR i IN 0..2 LOOP
        EXECUTE format(
            'CREATE TABLE backbone.event_feed_%s PARTITION OF backbone.event_feed'
            ' FOR VALUES FROM (%L) TO (%L)', to_char(month, 'YYYY_MM'),
            month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
        first := lpad(to_hex((extract(epoch FROM month) * 1000)::bigint), 12, '0');
        next := lpad(to_hex((extract(epoch FROM month + interval '1 month') * 1000)::bigint),
                     12, '0');
        EXECUTE format(
            'CREATE TABLE backbone.inbox_%s PARTITION OF backbone.inbox'
            ' FOR VALUES FROM (%L) TO (%L)', to_char(month, 'YYYY_MM'),
            rpad(first, 32, '0')::uuid, rpad(next, 32, '0')::uuid);
        month := month + interval '1 month';
    END LOOP;
END $$;

-- The highest version of each foreign aggregate whose event a group has handled.
CREATE TABLE backbone.stream_version (
    consumer_group text   NOT NULL,
    source         text   NOT NULL,
    subject        text   NOT NULL,
    sequence       bigint NOT NULL,
    PRIMARY KEY (consumer_group, source, subject)
);

-- What a group is working on, written before the work: found again, it tells of a killed process.
CREATE TABLE backbone.consumer_run (
    consumer_group text        NOT NULL,
    lane           text        NOT NULL,
    event_ids      uuid[]      NOT NULL,
    attempt        smallint    NOT NULL,  -- 0 together, 1 together once more, 2 each alone
    started_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (consumer_group, lane)
);

CREATE TABLE backbone.feed_cursor (
    consumer_group text        NOT NULL,
    source         text        NOT NULL,
    cursor         text        NOT NULL,
    moved_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (consumer_group, source)
);

-- A key of which an event failed: later events of the key in the same topic wait behind it.
-- Other topics' events of the key go on: one of them may be what the failed event waits for.
CREATE TABLE backbone.held_key (
    consumer_group  text        NOT NULL,
    topic           text        NOT NULL,
    key             text        NOT NULL,
    held_since      timestamptz NOT NULL DEFAULT clock_timestamp(),
    next_attempt_at timestamptz,
    PRIMARY KEY (consumer_group, topic, key)
);
CREATE INDEX held_key_due ON backbone.held_key (next_attempt_at) WHERE next_attempt_at IS NOT NULL;

CREATE TABLE backbone.dead_letter (
    id              uuid PRIMARY KEY,
    place           bigint GENERATED ALWAYS AS IDENTITY,
    consumer_group  text        NOT NULL,
    key             text,
    event_id        uuid        NOT NULL,
    type            text        NOT NULL,
    status          text        NOT NULL
        CHECK (status IN ('retrying', 'waiting', 'dead', 'redriven', 'discarded')),
    reason          text        NOT NULL,
    detail          text        NOT NULL,
    attempts        integer     NOT NULL DEFAULT 0,
    topic           text        NOT NULL,
    lane            text        NOT NULL,
    source_offset   text        NOT NULL,
    headers         jsonb       NOT NULL,
    payload         bytea       NOT NULL,
    first_seen_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_attempt_at timestamptz,
    settled_at      timestamptz,
    settled_by      text
);
CREATE UNIQUE INDEX dead_letter_event ON backbone.dead_letter (consumer_group, event_id);
CREATE INDEX dead_letter_open ON backbone.dead_letter (consumer_group, topic, key, place)
    WHERE status IN ('retrying', 'waiting', 'dead');

-- Answers already given, so that a repeated command is answered and not carried out again.
CREATE TABLE backbone.idempotency_key (
    caller       text        NOT NULL,
    key          text        NOT NULL,
    request_hash bytea       NOT NULL,
    status       smallint,
    headers      jsonb,
    body         bytea,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_key_age ON backbone.idempotency_key (created_at);

-- Work that falls due. Fired once, in one transaction with what it causes.
CREATE TABLE backbone.deadline (
    id          uuid PRIMARY KEY,
    kind        text        NOT NULL,
    subject_id  uuid        NOT NULL,
    due_at      timestamptz NOT NULL,
    payload     jsonb       NOT NULL DEFAULT '{}',
    state       text        NOT NULL DEFAULT 'open'
        CHECK (state IN ('open', 'fired', 'cancelled', 'failed')),
    attempts    integer     NOT NULL DEFAULT 0,
    retry_at    timestamptz,
    last_error  text,
    settled_at  timestamptz
);
CREATE UNIQUE INDEX deadline_open ON backbone.deadline (kind, subject_id) WHERE state = 'open';
CREATE INDEX deadline_due ON backbone.deadline (due_at) WHERE state = 'open';

-- The audit log. Entries are written with the change they tell of; the worker seals them into
-- one chain of hashes. Neither table can be changed or emptied.
CREATE TABLE backbone.audit_entry (
    id           uuid PRIMARY KEY,
    at           timestamptz NOT NULL,
    actor        text        NOT NULL,
    actor_roles  text        NOT NULL,
    action       text        NOT NULL,
    subject_type text        NOT NULL,
    subject_id   text        NOT NULL,
    district     text        NOT NULL,
    details      text        NOT NULL,
    request_id   text        NOT NULL
);
CREATE INDEX audit_entry_subject ON backbone.audit_entry (subject_type, subject_id, id);
CREATE TABLE backbone.audit_pending (entry_id uuid PRIMARY KEY);
CREATE TABLE backbone.audit_seal (
    position      bigint PRIMARY KEY,
    entry_id      uuid        NOT NULL UNIQUE,
    previous_hash bytea       NOT NULL,
    hash          bytea       NOT NULL,
    sealed_at     timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE FUNCTION backbone.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'backbone.% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON backbone.audit_entry FOR EACH STATEMENT EXECUTE FUNCTION backbone.refuse_change();
CREATE TRIGGER audit_seal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON backbone.audit_seal FOR EACH STATEMENT EXECUTE FUNCTION backbone.refuse_change();

-- Rule sets that an administrator put in place of the shipped ones. Withdrawn, never deleted.
CREATE TABLE backbone.rule_set_override (
    id           uuid PRIMARY KEY,
    subject      text        NOT NULL,
    jurisdiction text        NOT NULL,
    version      text        NOT NULL,
    valid_from   date        NOT NULL,
    valid_to     date,
    parameters   jsonb       NOT NULL,
    legal_basis  text        NOT NULL,
    made_by      text        NOT NULL,
    made_at      timestamptz NOT NULL,
    withdrawn_by text,
    withdrawn_at timestamptz
);
CREATE UNIQUE INDEX rule_set_override_version
    ON backbone.rule_set_override (subject, jurisdiction, version);

-- Bulk imports: the file's rows and what became of each.
CREATE TABLE backbone.import_job (
    id           uuid PRIMARY KEY,
    kind         text        NOT NULL,
    file_name    text        NOT NULL,
    file_hash    bytea       NOT NULL,
    headings     jsonb       NOT NULL,
    district     text        NOT NULL,
    submitted_by text        NOT NULL,
    actor        jsonb       NOT NULL,
    status       text        NOT NULL CHECK (status IN ('waiting', 'running', 'done')),
    total        integer     NOT NULL,
    created      integer     NOT NULL DEFAULT 0,
    changed      integer     NOT NULL DEFAULT 0,
    unchanged    integer     NOT NULL DEFAULT 0,
    rejected     integer     NOT NULL DEFAULT 0,
    submitted_at timestamptz NOT NULL,
    finished_at  timestamptz,
    forgotten_at timestamptz
);
CREATE INDEX import_job_open ON backbone.import_job (id) WHERE status <> 'done';
CREATE INDEX import_job_kept ON backbone.import_job (id) WHERE forgotten_at IS NULL;
CREATE INDEX import_job_file ON backbone.import_job (kind, file_hash, district);
CREATE TABLE backbone.import_row (
    job_id  uuid    NOT NULL REFERENCES backbone.import_job (id),
    number  integer NOT NULL,
    content jsonb   NOT NULL,
    outcome text    CHECK (outcome IN ('created', 'changed', 'unchanged', 'rejected')),
    reason  text,
    errors  jsonb,
    subject_id uuid,
    PRIMARY KEY (job_id, number)
);
CREATE INDEX import_row_open ON backbone.import_row (job_id, number) WHERE outcome IS NULL;
