"""The tables of imports, as 0001.sql and 0002.sql of the mechanism make them."""

from sqlalchemy import Boolean, DateTime, Integer, LargeBinary, Text, Uuid, column, table
from sqlalchemy.dialects.postgresql import JSONB

JOB = table(
    "import_job",
    column("id", Uuid),
    column("kind", Text),
    column("file_name", Text),
    column("file_hash", LargeBinary),
    column("headings", JSONB),
    column("district", Text),
    column("submitted_by", Text),
    column("actor", JSONB),
    column("status", Text),
    column("total", Integer),
    column("created", Integer),
    column("changed", Integer),
    column("unchanged", Integer),
    column("rejected", Integer),
    column("submitted_at", DateTime(timezone=True)),
    column("finished_at", DateTime(timezone=True)),
    column("forgotten_at", DateTime(timezone=True)),
    column("dry_run", Boolean),
    schema="backbone",
)
ROW = table(
    "import_row",
    column("job_id", Uuid),
    column("number", Integer),
    column("content", JSONB),
    column("outcome", Text),
    column("reason", Text),
    column("errors", JSONB(none_as_null=True)),
    column("subject_id", Uuid),
    schema="backbone",
)
