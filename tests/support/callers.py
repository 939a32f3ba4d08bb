"""Customers as the screen pop shows them, for tests that need some."""

from crm.rules.caller import CustomerCard


def card(number: int, name: str = "王小明", name_en: str = "") -> CustomerCard:
    """A private customer."""
    return CustomerCard(
        id=number,
        name=name,
        name_en=name_en,
        company=None,
        tier="gold",
        tags=("VIP",),
        language="zh",
        contact=name,
        contact_role="",
        number_label="mobile",
    )
