"""Customers: who was reached by a number, and what was between us."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class NumberMatch:
    """A customer reached by a number: through which contact, and how the number was written down."""

    customer_id: int
    customer_kind: str
    customer_name: str
    customer_name_en: str
    tier: str
    language: str
    contact_id: int
    contact_name: str
    contact_name_en: str
    contact_role: str
    e164: str
    as_entered: str
    label: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PastContact:
    """An earlier call with a customer; `talk_s` in seconds."""

    call_id: str
    at: datetime
    direction: str
    queue: str | None
    agent_name: str | None
    outcome: str | None
    talk_s: float
    disposition: str | None
    note: str | None
