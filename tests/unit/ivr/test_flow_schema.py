"""The published JSON Schema is the one the code makes, and accepts and refuses what the loader does."""

import json
from pathlib import Path

import jsonschema_rs
import pytest
from ruamel.yaml import YAML

from ivr.flow.schema import render
from tests.support.flows import SMALL

ROOT = Path(__file__).parents[3]


def test_the_published_schema_is_up_to_date() -> None:
    """`python -m ivr.flow.schema docs/flow.schema.json` makes it again."""
    assert (ROOT / "docs" / "flow.schema.json").read_text(encoding="utf-8") == render()


def as_json(text: str) -> object:
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text)))


def test_the_schema_accepts_what_the_loader_accepts() -> None:
    schema = json.loads(render())
    shipped = (ROOT / "ivr" / "flows" / "service.yaml").read_text(encoding="utf-8")
    for text in (SMALL, shipped):
        assert jsonschema_rs.is_valid(schema, as_json(text))


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("kind: menu", "kind: menue"),
        ("tries: 3", "tries: 9"),
        ("    timeout_s: 4", "    timeoutt: 4"),
        ('weekly: {mon-fri: ["08:00-20:00"]}', 'weekly: {mon-fri: ["8-20"]}'),
        ('weekly: {mon-fri: ["08:00-20:00"]}', 'weekly: {someday: ["08:00-20:00"]}'),
        ("queue: sales", "queue: 'sales,,,1'"),
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(good: str, bad: str) -> None:
    assert good in SMALL
    assert not jsonschema_rs.is_valid(json.loads(render()), as_json(SMALL.replace(good, bad, 1)))
