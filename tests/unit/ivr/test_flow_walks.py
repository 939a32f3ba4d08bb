"""Golden walks of the shipped flow: what a caller hears and where the call goes, in walks/*.txt.

After an intended change of the flow, run with RINGDESK_WRITE_WALKS=1 and read the difference.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.flow.checker import check
from ivr.flow.flow import Flow
from ivr.flow.loader import load
from ivr.flow.source import Edition
from tests.support.flows import transcript

SHIPPED = Path(__file__).parents[3] / "ivr" / "flows"
WALKS = Path(__file__).parent / "walks"
MONDAY_NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
THREE_AT_NIGHT = datetime(2026, 11, 22, 19, tzinfo=UTC)
SUNDAY_EVENING = datetime(2026, 11, 22, 12, tzinfo=UTC)

CALLS = {
    "day_sales": ("1", MONDAY_NOON),
    "day_complaint_after_the_menu": (".2", MONDAY_NOON),
    "day_person": (".0", MONDAY_NOON),
    "day_other_language": ("{other}3", MONDAY_NOON),
    "day_silence": ("", MONDAY_NOON),
    "day_wrong_keys": (".7*#", MONDAY_NOON),
    "day_wrong_then_right": (".71", MONDAY_NOON),
    "day_hangs_up_in_the_menu": (".7!", MONDAY_NOON),
    "night_sales": ("1", THREE_AT_NIGHT),
    "night_silence": ("", THREE_AT_NIGHT),
    "sunday_evening_person": (".0", SUNDAY_EVENING),
}


def shipped(path: Path) -> Flow:
    return load(Edition(path.stem, path.name, path.read_bytes()))


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_flow_passes_the_checker_without_a_warning(path: Path) -> None:
    assert check(shipped(path), {"service", "sales", "complaints"}) == ()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", CALLS)
def test_the_service_flow_walks_as_recorded(name: str, language: str) -> None:
    keys, at = CALLS[name]
    keys = keys.format(other="9" if language == "zh" else "8")
    lines = transcript(shipped(SHIPPED / "service.yaml"), keys, at, language)
    golden = WALKS / f"service_{name}_{language}.txt"
    if os.environ.get("RINGDESK_WRITE_WALKS"):
        golden.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert lines == golden.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("at", [MONDAY_NOON, THREE_AT_NIGHT, SUNDAY_EVENING])
def test_key_one_reaches_the_sales_queue_at_any_hour(at: datetime) -> None:
    """`ringdesk call 4001 --keys 1` must ring an agent whenever a newcomer tries it."""
    for language in ("zh", "en"):
        assert transcript(shipped(SHIPPED / "service.yaml"), "1", at, language)[-1] == (
            "= queue sales, priority 0"
        )
