"""The chain finds each change of an entry or a seal, and nothing where nobody changed anything."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from office.audit.chain import Checker, Content, Entry, Fault, Finding, Seal, is_genuine, seal_of, signature

KEY = b"nobody knows"
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def content(number: int) -> Content:
    return Content(
        uid=f"u{number}",
        at=NOON + timedelta(seconds=number),
        user_id=number % 3,
        account="",
        via="console",
        ip="192.0.2.7",
        action="paint",
        object=f"door:{number}",
        detail={"colour": "红", "times": number},
        result="done",
        why="",
        asked_id=None,
    )


def written(number: int) -> Entry:
    return Entry(number, content(number), signature(KEY, content(number)))


@dataclass
class Book:
    """The rows as somebody with the database in hand would have them: entries by number, seals by number."""

    entries: dict[int, Entry] = field(default_factory=dict)
    seals: dict[int, Seal] = field(default_factory=dict)

    def look(self) -> list[Finding]:
        checker = Checker(KEY)
        found: list[Finding] = []
        for _, seal in sorted(self.seals.items()):
            found += checker.sealed(seal, self.entries.get(seal.entry_id))
        sealed = {seal.entry_id for seal in self.seals.values()}
        for number, entry in sorted(self.entries.items()):
            if number not in sealed:
                found += checker.unsealed(entry)
        return found


def book_of(order: Sequence[int], unsealed: int = 0) -> Book:
    """Entries that were sealed in this order; one that is committed late is sealed late."""
    book, last = Book(), None
    for number in order:
        book.entries[number] = written(number)
        last = seal_of(KEY, last, book.entries[number], NOON)
        book.seals[last.no] = last
    for number in range(len(order) + 1, len(order) + unsealed + 1):
        book.entries[number] = written(number)
    return book


orders = st.integers(1, 12).flatmap(lambda most: st.permutations(range(1, most + 1)))
ENTRY_CHANGES = (
    lambda e: replace(e, content=replace(e.content, user_id=99)),
    lambda e: replace(e, content=replace(e.content, at=e.content.at + timedelta(microseconds=1))),
    lambda e: replace(e, content=replace(e.content, detail={**e.content.detail, "colour": "blue"})),
    lambda e: replace(e, content=replace(e.content, uid=None)),
    lambda e: replace(e, content=replace(e.content, why="no")),
    lambda e: replace(e, signature=signature(b"another key", e.content)),
)
SEAL_CHANGES = (
    lambda s: replace(s, hash="0" * 64),
    lambda s: replace(s, digest="0" * 64),
    lambda s: replace(s, at=s.at - timedelta(days=1)),
)


@given(orders, st.integers(0, 3))
def test_nothing_is_found_where_nothing_was_changed(order: Sequence[int], unsealed: int) -> None:
    assert book_of(order, unsealed).look() == []


@given(orders, st.data())
def test_whatever_is_done_to_entries_and_seals_is_found_and_nothing_else(
    order: Sequence[int], data: st.DataObject
) -> None:
    """The oracle: what was done to it, in words."""
    book, expected = book_of(order, unsealed=2), set()
    for no, seal in list(book.seals.items()):
        match data.draw(st.sampled_from(["leave", "leave", "change", "remove", "change seal"])):
            case "change":
                change = data.draw(st.sampled_from(ENTRY_CHANGES))
                book.entries[seal.entry_id] = change(book.entries[seal.entry_id])
                expected.add(Finding(Fault.CHANGED, seal.entry_id))
            case "remove":
                del book.entries[seal.entry_id]
                expected.add(Finding(Fault.REMOVED, seal.entry_id))
            case "change seal":
                book.seals[no] = data.draw(st.sampled_from(SEAL_CHANGES))(seal)
                expected.add(Finding(Fault.SEAL_CHANGED, no))
    for number in range(len(order) + 1, len(order) + 3):
        if data.draw(st.booleans()):
            book.entries[number] = data.draw(st.sampled_from(ENTRY_CHANGES))(book.entries[number])
            expected.add(Finding(Fault.INSERTED, number))
    assert set(book.look()) == expected


@given(orders.filter(lambda order: len(order) > 2), st.data())
def test_seals_that_are_missing_in_the_middle_are_found(order: Sequence[int], data: st.DataObject) -> None:
    book = book_of(order)
    first = data.draw(st.integers(1, len(order) - 1))
    last = data.draw(st.integers(first, len(order) - 1))
    for no in range(first, last + 1):
        del book.entries[book.seals.pop(no).entry_id]
    assert book.look() == [Finding(Fault.SEALS_REMOVED, first)]


@given(orders, st.data())
def test_an_entry_put_in_by_hand_is_found_also_a_copy(order: Sequence[int], data: st.DataObject) -> None:
    book = book_of(order)
    template = data.draw(st.sampled_from(sorted(book.entries)))
    forged = replace(written(len(order) + 1), signature=book.entries[template].signature)
    book.entries[forged.id] = forged
    assert book.look() == [Finding(Fault.INSERTED, forged.id)]


def test_without_the_key_nobody_makes_an_entry_or_a_chain_that_fits() -> None:
    book = book_of([1, 2, 3])
    assert not is_genuine(b"guessed", book.entries[1])
    book.entries[2] = replace(book.entries[2], content=content(9))
    last = None
    for no in sorted(book.seals):
        last = seal_of(b"guessed", last, book.entries[no], NOON)
        book.seals[no] = last
    assert [it.fault for it in book.look()] == [Fault.SEAL_CHANGED] * 3
