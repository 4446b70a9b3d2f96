"""Names the revision of the probe's and the mirror's tables, which ``database_for`` makes."""

revision = "probe_0001"
down_revision = None
