"""The declarative base: names of constraints, and which Python type becomes which column."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import ForeignKey, MetaData
from sqlalchemy.orm import DeclarativeBase, mapped_column

from storage.tables.columns import HostileText, JsonValue, RowId, UtcDateTime

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# Never used twice, not even after a deletion: audit entries and demo marks point to rows by number.
NEVER_REUSED = {"sqlite_autoincrement": True}


class Base(DeclarativeBase):
    """All tables. `datetime` columns are aware UTC, `str` columns take any text."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        str: HostileText(),
        dict[str, Any]: JsonValue(),
    }


Id = Annotated[int, mapped_column(RowId, primary_key=True, autoincrement=True)]
OwningCall = Annotated[str, mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True)]
Json = Annotated[Any, mapped_column(JsonValue())]
