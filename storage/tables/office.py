"""How often what concerns the firm has changed: who works here, and where callers go."""

from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class OfficeVersion(Base):
    """One row, raised by triggers in the transaction of each change (`storage/office_triggers.py`)."""

    __tablename__ = "office_version"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[int]
