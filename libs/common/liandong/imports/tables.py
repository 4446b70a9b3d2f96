"""The tables of imports, as 0001.sql of the mechanism makes them."""

from sqlalchemy import DateTime, Integer, LargeBinary, Text, Uuid, column, table
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
    schema="backbone",
)
ROW = table(
    "import_row",
    column("job_id", Uuid),
    column("number", Integer),
    column("content", JSONB),
    column("outcome", Text),
    column("reason", Text),
    column("errors", JSONB),
    column("subject_id", Uuid),
    schema="backbone",
)
