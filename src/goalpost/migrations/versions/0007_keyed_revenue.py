"""Sites may ask that only senders with a key report revenue."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; revenue counts from everybody, as before."""
    op.add_column("sites", sa.Column("keyed_revenue", sa.Boolean, nullable=False, server_default=sa.false()))
