"""Reads a rendered extensions.conf, for tests of what refers to what."""

import re
from dataclasses import dataclass, field

_CALLS = re.compile(r"(?:Goto|Gosub)\((?P<goto>[^()]*)|\?(?P<if>[a-z][A-Za-z0-9-]*(?:,[^,():]+,\d+)?)\)")


@dataclass
class Context:
    """One context: the patterns of its extensions, its labels, and its lines."""

    patterns: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)
    lines: list[str] = field(default_factory=list)


def read(text: str) -> dict[str, Context]:
    """The contexts by name."""
    contexts: dict[str, Context] = {}
    current = Context()
    for line in text.splitlines():
        if line.startswith("["):
            current = contexts.setdefault(line.strip("[]"), Context())
        elif line.startswith(("exten =>", " same =>")):
            current.lines.append(line)
            head = line.partition("=>")[2].split(",")
            if line.startswith("exten"):
                current.patterns.add(head[0].strip())
            label = re.search(r"n\(([a-z]+)\)", line.partition("=>")[2].split(",", 1)[0])
            if label:
                current.labels.add(label[1])
    return contexts


def targets(line: str) -> list[str]:
    """Where a line may jump to, as written: `context,extension,priority` or a label."""
    return [match["goto"] or match["if"] for match in _CALLS.finditer(line)]


def matches(pattern: str, extension: str) -> bool:
    """Whether an extension of the dialplan takes a literal name."""
    if not pattern.startswith("_"):
        return pattern == extension
    expression = (
        pattern[1:].replace("+", r"\+").replace("X", "[0-9]").replace("!", ".*").replace("[\\+", "[+")
    )
    return re.fullmatch(expression, extension) is not None
