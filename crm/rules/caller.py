"""What is known of a caller: the customer's record as it travels with the call to the screen pop. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from storage.rows.customers import PastContact


class Match(StrEnum):
    """What the caller's number told."""

    FOUND = "found"
    SEVERAL = "several"
    UNKNOWN = "unknown"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """A customer at a glance. `name` is the person who calls, `company` the firm they call for."""

    id: int
    name: str
    name_en: str
    company: str | None
    tier: str
    tags: tuple[str, ...]
    language: str
    contact: str
    contact_role: str
    number_label: str


@dataclass(frozen=True, slots=True)
class CallerRecord:
    """All that the screen pop shows of a caller. `matched_by` is the number as it was written down.

    `chosen`: of several customers the one whom the agent named.
    """

    match: Match
    matched_by: str | None = None
    customers: tuple[CustomerCard, ...] = ()
    chosen: int | None = None
    last_contacts: tuple[PastContact, ...] = ()

    @property
    def customer_id(self) -> int | None:
        """Whose number it is, when there is exactly one; of several the one whom the agent chose."""
        return self.customers[0].id if self.match is Match.FOUND and self.customers else self.chosen


@dataclass(frozen=True, slots=True)
class Identified:
    """Who calls: the number in E.164 when it is one, and what is known of them."""

    number_e164: str | None
    record: CallerRecord
