"""One number that says whether anything that concerns the firm has changed."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "office_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_office_version"),
    )


def downgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS office_changed CASCADE")
    else:
        ours = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'office_changed_%'"
        for (trigger,) in connection.execute(sa.text(ours)).fetchall():
            op.execute(f"DROP TRIGGER {trigger}")
    op.drop_table("office_version")
