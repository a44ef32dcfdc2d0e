"""pictures that networks hold, and the conversations of a shopper at once"""

import sqlalchemy as sa
from alembic import op

import tresen.kit.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_conversation_shopper_id", "conversation", ["shopper_id"])
    with op.batch_alter_table("upload") as table:
        table.add_column(sa.Column("state", sa.String(length=20), server_default="kept", nullable=False))
        table.add_column(sa.Column("media", sa.Text(), server_default="", nullable=False))
        table.add_column(sa.Column("reason", sa.String(length=40), server_default="", nullable=False))
        table.add_column(sa.Column("attempts", sa.Integer(), server_default="0", nullable=False))
        table.add_column(sa.Column("due_at", tresen.kit.db.Instant(timezone=True)))
        table.add_column(sa.Column("lease_token", sa.String(length=40)))
        table.add_column(sa.Column("lease_until", tresen.kit.db.Instant(timezone=True)))
        table.create_index("ix_upload_due", ["state", "due_at"])
