"""Customers as the search and their own page show them."""

from agent_console.api.common.fields import Answer
from storage.rows.customers import PastContact


class NumberAnswer(Answer):
    """A number of a contact."""

    e164: str
    as_entered: str
    label: str


class CustomerNumber(NumberAnswer):
    """A number of a customer, and which of its people has it."""

    contact: str
    contact_en: str
    contact_role: str


class ContactAnswer(Answer):
    """A person at the customer."""

    id: int
    name: str
    name_en: str
    role: str
    numbers: list[NumberAnswer]


class CustomerSummary(Answer):
    """A customer as the search shows it. `company` is null for a private person."""

    id: int
    kind: str
    name: str
    name_en: str
    company: str | None
    tier: str
    language: str
    tags: list[str]
    numbers: list[CustomerNumber]


class CustomerAnswer(CustomerSummary):
    """A customer with everything known."""

    note: str
    contacts: list[ContactAnswer]
    timeline: list[PastContact]


class CustomerList(Answer):
    """The best matches, in the order of their names."""

    items: list[CustomerSummary]
