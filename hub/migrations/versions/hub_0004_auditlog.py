"""The audit log: lines that can be added and not changed, and the salts of their fingerprints, which can be deleted."""

import sqlalchemy as sa
from alembic import op

revision = "hub_0004"
down_revision = "hub_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "auditlog",
        sa.Column("nr", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("handeling", sa.String(), nullable=False),
        sa.Column("uitkomst", sa.String(), nullable=False),
        sa.Column("onderwerp", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("vorige_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
    )
    op.create_table(
        "audit_zout",
        sa.Column("nr", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("plaats", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("zout", sa.LargeBinary(), nullable=False),
    )
    op.execute(
        """CREATE FUNCTION auditlog_blijft() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN RAISE EXCEPTION 'een auditregel verandert niet en gaat niet weg' USING ERRCODE = '42501'; END $$"""
    )
    op.execute(
        """CREATE TRIGGER auditlog_blijft BEFORE UPDATE OR DELETE ON auditlog
           FOR EACH ROW EXECUTE FUNCTION auditlog_blijft()"""
    )
    op.execute(
        """CREATE TRIGGER auditlog_blijft_heel BEFORE TRUNCATE ON auditlog
           FOR EACH STATEMENT EXECUTE FUNCTION auditlog_blijft()"""
    )
    op.execute(
        """CREATE TRIGGER audit_zout_blijft BEFORE UPDATE ON audit_zout
           FOR EACH ROW EXECUTE FUNCTION auditlog_blijft()"""
    )
