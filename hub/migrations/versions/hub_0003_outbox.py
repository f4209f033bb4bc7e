"""One index on what was said, by jongere and sequence, where there were two: the id of an event follows from those."""

from alembic import op

revision = "hub_0003"
down_revision = "hub_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_unique_constraint("outbox_jongere_id_sequence_key", "outbox", ["jongere_id", "sequence"])
    op.drop_constraint("outbox_event_id_key", "outbox", type_="unique")
    op.drop_index("ix_outbox_jongere_id", "outbox")
