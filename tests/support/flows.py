"""Flows for tests: a small complete one as text, and a loader for text."""

from datetime import datetime
from textwrap import dedent

from ivr.flow.flow import Flow
from ivr.flow.loader import load
from ivr.flow.source import Edition
from ivr.simulator import ScriptedCaller, lines

SMALL = dedent(
    """\
    format: 2
    languages: [zh, en]
    timezone: Asia/Shanghai
    start: hello
    prompts:
      hi: {zh: 你好, en: Hello}
      offer: {zh: 中文请按 8, en: For English press 9}
      ask: {zh: 请按键, en: Press a key}
      wrong: {zh: 按错了, en: Wrong}
      quiet: {zh: 没听到, en: Nothing}
      closed: {zh: 下班了, en: Closed}
      bye: {zh: 再见, en: Goodbye}
    steps:
      hello: {kind: say, prompts: [hi], exits: {done: tongue}}
      tongue:
        kind: language
        prompts: [offer]
        keys: {"8": zh, "9": en}
        exits: {changed: office, kept: office}
      office:
        kind: hours
        weekly: {mon-fri: ["08:00-20:00"]}
        exits: {open: main, closed: night}
      main:
        kind: menu
        prompts: [ask]
        keys: {"1": sales, "0": person, "*": again}
        wrong_key_prompts: [wrong]
        no_input_prompts: [quiet]
        tries: 3
        timeout_s: 4
        exits: {sales: sales, person: service, again: main, no_input: service, wrong_key: bye}
      night: {kind: say, prompts: [closed], barge_in: false, exits: {done: service}}
      sales: {kind: queue, queue: sales, priority: 7}
      service: {kind: queue, queue: service, prompts: [hi]}
      bye: {kind: goodbye, prompts: [bye]}
    """
)


def transcript(flow: Flow, keys: str, at: datetime, language: str) -> list[str]:
    """A scripted walk as plain lines, the form of golden files."""
    return [line for line, _ in lines(flow, ScriptedCaller(keys), at, language)]


def flow_from(text: str, name: str = "small") -> Flow:
    """Load a flow from text; the file in errors is `<name>.yaml`."""
    return load(Edition(name, f"{name}.yaml", text.encode()))
