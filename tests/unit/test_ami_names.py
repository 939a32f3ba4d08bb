"""The names of AMI stand in `cti/ami` alone: whoever else writes or reads one is found by its place."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

CLONE = Path(__file__).resolve().parents[2]
PACKAGES = (
    "ringdesk",
    "agent_console",
    "ivr",
    "asterisk_conf",
    "cti",
    "crm",
    "storage",
    "office",
    "work",
    "reports",
)
AMI = CLONE / "cti" / "ami"
TAKING_A_KEY = ("get", "pop", "setdefault")


def keys_in(source: str) -> Iterator[str]:
    """Every text that stands as a key: of a dict that is written, of an index, of a look-up."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Dict(keys=keys):
                yield from texts(keys)
            case ast.Subscript(slice=key):
                yield from texts([key])
            case ast.Call(func=ast.Attribute(attr=name), args=[key, *_]) if name in TAKING_A_KEY:
                yield from texts([key])


def texts(nodes: list[ast.expr] | list[ast.expr | None]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def ami_names() -> frozenset[str]:
    """The keys that `cti/ami` uses and that are written as AMI writes its headers: with a capital letter."""
    found = (key for path in AMI.glob("*.py") for key in keys_in(path.read_text(encoding="utf-8")))
    return frozenset(key for key in found if key[:1].isupper() and key.isalnum() and not key.isupper())


def test_the_names_are_found_where_they_may_stand() -> None:
    assert {"Action", "Channel", "Uniqueid", "DialStatus", "Interface", "UserEvent", "Value"} <= ami_names()


def test_no_other_module_knows_a_name_of_ami() -> None:
    names = ami_names()
    knowing = {
        path.relative_to(CLONE).as_posix(): sorted(found)
        for package in PACKAGES
        for path in (CLONE / package).rglob("*.py")
        if AMI not in path.parents
        if (found := names & set(keys_in(path.read_text(encoding="utf-8"))))
    }
    assert knowing == {}


@pytest.mark.parametrize(
    "source",
    [
        'link.action({"Action": "Hangup", "Channel": name})',
        'state = fields["ChannelStateDesc"]',
        'status = fields.get("DialStatus", "")',
        'fields["Queue"] = queue',
    ],
)
def test_whoever_writes_or_reads_one_is_found(source: str) -> None:
    assert ami_names() & set(keys_in(source))


@pytest.mark.parametrize("source", ['log.info("Action")', 'row["queue"]', 'tables = ["Queue"]', "it.Channel"])
def test_other_words_are_nobodys_business(source: str) -> None:
    assert not ami_names() & set(keys_in(source))
