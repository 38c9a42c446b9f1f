"""What platforms and manifests tell: identities, late marks, codes of receipts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add them; of what came before, nothing is known and nothing is late."""
    op.add_column(
        "receipt",
        sa.Column(
            "marked_late", sa.Boolean(), nullable=False, server_default=sa.false()
        ),
    )
    op.create_table(
        "receipt_code",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_receipt_code_submission_id"),
        ),
        sa.PrimaryKeyConstraint("code", "submission_id", name=op.f("pk_receipt_code")),
    )
    op.create_table(
        "identity",
        sa.Column("student", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("student", "platform", "id", name=op.f("pk_identity")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("identity")
    op.drop_table("receipt_code")
    op.drop_column("receipt", "marked_late")
