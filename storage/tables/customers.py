"""Customers (the account), their contacts (people), and the numbers those call from."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.tables.base import NEVER_REUSED, Base, Id
from storage.tables.columns import RowId


class Customer(Base):
    """A firm or a person that we serve. `kind` is firm or person; `owner_id` the user who looks after it."""

    __tablename__ = "customers"
    __table_args__ = NEVER_REUSED

    id: Mapped[Id]
    kind: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    tier: Mapped[str] = mapped_column(default="standard")
    language: Mapped[str] = mapped_column(default="zh")
    owner_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("users.id", ondelete="SET NULL"))
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    contacts: Mapped[list["Contact"]] = relationship(
        back_populates="customer",
        lazy="raise",
        cascade="save-update, merge, delete, delete-orphan",
        passive_deletes=True,
        order_by="Contact.id",
    )
    tags: Mapped[list["CustomerTag"]] = relationship(
        lazy="raise",
        cascade="save-update, merge, delete, delete-orphan",
        passive_deletes=True,
        order_by="CustomerTag.tag",
    )


class CustomerTag(Base):
    """A free word on a customer, such as VIP."""

    __tablename__ = "customer_tags"

    customer_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True
    )
    tag: Mapped[str] = mapped_column(primary_key=True, index=True)


class Contact(Base):
    """A person at a customer. A private customer is the one contact of itself."""

    __tablename__ = "contacts"
    __table_args__ = NEVER_REUSED

    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("customers.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    role: Mapped[str] = mapped_column(default="")

    customer: Mapped[Customer] = relationship(back_populates="contacts", lazy="raise")
    numbers: Mapped[list["Number"]] = relationship(
        back_populates="contact",
        lazy="raise",
        cascade="save-update, merge, delete, delete-orphan",
        passive_deletes=True,
        order_by="Number.id",
    )


class Number(Base):
    """A telephone number of a contact; several customers may share one. `label`: mobile, office, home."""

    __tablename__ = "numbers"
    __table_args__ = NEVER_REUSED

    id: Mapped[Id]
    contact_id: Mapped[int] = mapped_column(RowId, ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    e164: Mapped[str] = mapped_column(index=True)
    as_entered: Mapped[str] = mapped_column(default="")
    label: Mapped[str] = mapped_column(default="mobile")

    contact: Mapped[Contact] = relationship(back_populates="numbers", lazy="raise")
