"""Alembic's entry: the connection comes from the runner; there is no offline mode."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from storage.tables import Base
from storage.tables.columns import HostileText, JsonValue, UtcDateTime

# Migrations name plain types, so that they stay what they were when the column types of the code change.
PLAIN_TYPES = {
    HostileText: "sa.Text()",
    UtcDateTime: "sa.DateTime(timezone=True)",
    JsonValue: 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")',
}


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """The text of our own column types in a generated migration."""
    if kind == "type" and type(item) is JsonValue:
        autogen_context.imports.add("from sqlalchemy.dialects import postgresql")
    return PLAIN_TYPES.get(type(item), False) if kind == "type" else False


connection: Connection = context.config.attributes["connection"]

context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render_item,
    transactional_ddl=True,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
