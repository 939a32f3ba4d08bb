"""Teams: who leads them, and who works in them."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import NEVER_REUSED, Base, Id
from storage.tables.columns import RowId


class Team(Base):
    """Some of the users; one may work in several teams, and lead several."""

    __tablename__ = "teams"
    __table_args__ = NEVER_REUSED

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)


class TeamMember(Base):
    """A user works in a team."""

    __tablename__ = "team_members"

    team_id: Mapped[int] = mapped_column(RowId, ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class TeamLeader(Base):
    """A user leads a team, and as a supervisor sees of the firm what their teams do."""

    __tablename__ = "team_leaders"

    team_id: Mapped[int] = mapped_column(RowId, ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
