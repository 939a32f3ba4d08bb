"""Compares two accounts of the same calls: counts and outcomes exactly, times within 50 ms."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from tests.support.oracle.calls import OneCall

# Seconds between CEL's stamp and AMI's stamp of one fact.
NEAR_S = 0.05


def differences(truth: Mapping[str, OneCall], told: Mapping[str, OneCall]) -> list[str]:
    """One line for each thing that Ringdesk tells otherwise."""
    found = [f"{call_id}: Ringdesk knows nothing of it" for call_id in truth.keys() - told.keys()]
    found += [f"{call_id}: Asterisk knows nothing of it" for call_id in told.keys() - truth.keys()]
    for call_id in truth.keys() & told.keys():
        found += [f"{call_id}: {line}" for line in _unlike(truth[call_id], told[call_id], "call")]
    return sorted(found)


def _unlike(true: Any, told: Any, what: str) -> Iterator[str]:
    """Walks down two shapes that have the same fields."""
    if isinstance(true, tuple) and isinstance(told, tuple):
        if len(true) != len(told):
            yield f"{what}: {len(told)} instead of {len(true)}: {told} instead of {true}"
            return
        for no, (one, other) in enumerate(zip(true, told, strict=True), 1):
            yield from _unlike(one, other, f"{what} {no}")
    elif hasattr(true, "__dataclass_fields__"):
        for field in fields(true):
            yield from _unlike(getattr(true, field.name), getattr(told, field.name), f"{what} {field.name}")
    elif isinstance(true, float) and isinstance(told, float):
        if abs(true - told) > NEAR_S:
            yield f"{what}: {told - true:+.3f} s"
    elif true != told:
        yield f"{what}: {told!r} instead of {true!r}"
