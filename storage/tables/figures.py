"""What figures depend on, with the time from which it holds: a past day is counted as it was."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Json


class FigureSetting(Base):
    """One setting of one subject (`queue:NAME`, `firm`) from `since` until the next row with a later one."""

    __tablename__ = "figure_settings"

    subject: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(primary_key=True)
    value: Mapped[Json]
