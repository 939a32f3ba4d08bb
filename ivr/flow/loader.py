"""Reads a flow file: YAML 1.2, every fault named with file, line, reason and advice."""

import re
from collections.abc import Mapping
from typing import Any, NoReturn

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.composer import MaxDepthExceededError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivr.flow.flow import Flow, Path, nearest_line
from ivr.flow.formats import NEWEST, Document, UnknownFormat, migrate
from ivr.flow.kinds import KINDS, Kinds
from ivr.flow.names import listed
from ivr.flow.problem import FlowRefused, Problem
from ivr.flow.source import Edition

MAX_BYTES = 128 * 1024
# More than a flow needs, and little: what is nested by the thousand would take seconds until it is refused.
MAX_DEPTH = 20
_FLOW_NAME = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
_INTEGER = re.compile(r"^-?(0|[1-9][0-9]{0,15})$")
_DECIMAL = re.compile(r"^-?[0-9]{1,15}\.[0-9]{1,15}$")
_CONSTANTS = {"true": True, "false": False, "null": None, "~": None, "": None}
_ADVICE = {
    "missing": "Add this entry",
    "extra_forbidden": "Remove it, or correct its spelling",
    "union_tag_invalid": "Use one of the kinds {kinds}",
    "union_tag_not_found": "Add `kind:` with one of {kinds}",
    "string_pattern_mismatch": "Names use a-z, 0-9 and _ and begin with a letter; keys are 0-9, * or #",
    "string_type": "Write text; put it in quotes if it looks like a number",
    "literal_error": "Write the value named",
}


def load(edition: Edition, kinds: Kinds = KINDS) -> Flow:
    """Parse, bring to the newest format, and validate; raises FlowRefused."""
    name, file = edition.name, edition.place
    if not _FLOW_NAME.match(name):
        _refuse(file, 1, f"{name!r} cannot be a flow's name", "Name the file with a-z, 0-9 and _")
    if len(edition.text) > MAX_BYTES:
        _refuse(file, 1, f"the file is larger than {MAX_BYTES // 1024} KiB", "Split it into several flows")
    tree = _Tree(file)
    plain = tree.plain(_compose(edition.text, file))
    if not isinstance(plain, dict):
        _refuse(file, 1, "the file is not a mapping", f"Begin with `format: {NEWEST}`")
    try:
        document = kinds.document.model_validate(_in_newest_format(plain, file, tree.lines))
    except ValidationError as error:
        advice = {kind: text.format(kinds=listed(kinds.by_name)) for kind, text in _ADVICE.items()}
        found = error.errors(include_url=False, include_input=False)
        raise FlowRefused(tuple(_problem(dict(one), file, tree.lines, advice) for one in found)) from None
    return Flow(edition, document, tree.lines, plain["format"])


def _in_newest_format(plain: Document, file: str, lines: Mapping[Path, int]) -> Document:
    try:
        return migrate(plain)
    except UnknownFormat as unknown:
        _refuse(file, nearest_line(lines, ("format",)), str(unknown), unknown.advice)


def _compose(source: bytes, file: str) -> Node | None:
    """YAML's nodes rather than its objects: they carry lines and tags, and nothing is constructed."""
    yaml = YAML(typ="safe", pure=True)
    yaml.max_depth = MAX_DEPTH
    try:
        node: Node | None = yaml.compose(source.decode("utf-8"))
    except UnicodeDecodeError as error:
        _refuse(file, source[: error.start].count(b"\n") + 1, "the file is not UTF-8", "Save it as UTF-8")
    except MaxDepthExceededError as error:
        line = error.problem_mark.line + 1
        _refuse(file, line, "the file is nested too deeply", "A flow needs five levels")
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = " ".join((error.problem or error.context or "not YAML").split())
        _refuse(file, mark.line + 1 if mark else 1, reason, "Check indentation, colons and quotes here")
    except (YAMLError, ValueError) as error:
        _refuse(file, 1, "not YAML: " + " ".join(str(error).split()), "Remove what is not plain text")
    return node


class _Tree:
    """Turns nodes into plain Python values and notes the line of each."""

    def __init__(self, file: str) -> None:
        self.lines: dict[Path, int] = {}
        self._file = file
        self._seen: set[int] = set()

    def plain(self, node: Node | None, path: Path = ()) -> Any:
        if isinstance(node, ScalarNode):
            return _scalar(node)
        if node is None:
            return None
        if id(node) in self._seen:  # an alias: a few of them can stand for billions of values
            _refuse(self._file, nearest_line(self.lines, path), "an alias is used", "Write it out in full")
        self._seen.add(id(node))
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, MappingNode):
            return dict(self._entry(key, value, path) for key, value in node.value)
        assert isinstance(node, SequenceNode)
        return [self._item(value, (*path, index)) for index, value in enumerate(node.value)]

    def _entry(self, key: Node, value: Node, path: Path) -> tuple[Any, Any]:
        line = key.start_mark.line + 1
        if not isinstance(key, ScalarNode):
            _refuse(self._file, line, "a list or a mapping is used as a name", "Write a plain name")
        here = (*path, str(key.value))
        if here in self.lines:
            _refuse(self._file, line, f"{key.value!r} stands here twice", f"See line {self.lines[here]}")
        self.lines[here] = line
        return _scalar(key), self.plain(value, here)

    def _item(self, value: Node, path: Path) -> Any:
        self.lines[path] = value.start_mark.line + 1
        return self.plain(value, path)


def _scalar(node: ScalarNode) -> Any:
    """Numbers and constants with one possible reading; everything else (012, no, dates, tags) stays text."""
    text = str(node.value)
    if node.style in ("'", '"', "|", ">"):
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.match(text):
        return int(text)
    return float(text) if _DECIMAL.match(text) else text


def _problem(
    detail: Mapping[str, Any], file: str, lines: Mapping[Path, int], advice: Mapping[str, str]
) -> Problem:
    location: Path = detail["loc"]
    shown = location[:2] + location[3:] if location[0] == "steps" else location  # without the union's tag
    place = ".".join(str(part) for part in shown if part != "[key]")
    text = str(detail["msg"]).removeprefix("Value error, ")
    told = advice.get(detail["type"], "Correct this entry")
    return Problem(file, nearest_line(lines, location), f"{place}: {text}", told)


def _refuse(file: str, line: int, reason: str, advice: str) -> NoReturn:
    raise FlowRefused((Problem(file, line, reason, advice),))
