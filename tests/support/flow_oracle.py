"""How a document of format 1 is walked, written as plainly as can be: what the engine is compared with.

It reads the document as it stands in the file, and knows nothing of models, migrations or generators.
"""

import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ivr.flow.effects import (
    Collect,
    Effect,
    EnterQueue,
    FallBack,
    HangUp,
    Heard,
    HungUp,
    MarkStep,
    Play,
    Prompt,
    SetLanguage,
)

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class _Over(Exception):
    """The caller has gone, or there are no more answers."""


class Oracle:
    """One walk of a document whose hours are in UTC."""

    def __init__(self, document: dict[str, Any], name: str, language: str) -> None:
        self.document, self.name = document, name
        self.language = language if language in document["languages"] else document["languages"][0]
        self.effects: list[Effect] = []
        self.ahead = self.used = ""
        self.step: dict[str, Any] = {}
        self.now: datetime
        self.answers: list[Heard | HungUp]

    def walk(self, began: datetime, answers: Sequence[Heard | HungUp]) -> list[Effect]:
        """All that the host is asked for, as far as the answers go."""
        self.now, self.answers = began, list(answers)
        self.effects.append(SetLanguage(self.language))
        with contextlib.suppress(_Over):
            self._follow()
        return self.effects

    def _follow(self) -> None:
        self.step = {"name": self.document["start"], **self.document["steps"][self.document["start"]]}
        taken = {
            "say": self._say,
            "menu": self._menu,
            "hours": self._hours,
            "language": self._language,
            "queue": self._queue,
            "goodbye": self._goodbye,
        }
        for _ in range(self.document["max_steps"]):
            exit_name = taken[self.step["kind"]]()
            self._mark(exit_name)
            if self.step["kind"] == "queue":
                self.effects.append(EnterQueue(self.step["queue"], self.step.get("priority", 0)))
                return
            if self.step["kind"] == "goodbye":
                self.effects.append(HangUp())
                return
            target = self.step["exits"][exit_name]
            self.step = {"name": target, **self.document["steps"][target]}
        self._mark("limit")
        self.effects.append(FallBack("step limit reached"))

    def _say(self) -> str:
        self._speak(self.step["prompts"], self.step.get("barge_in", True))
        return "done"

    def _queue(self) -> str:
        self._speak(self.step.get("prompts", []), False)
        return "queued"

    def _goodbye(self) -> str:
        self._speak(self.step.get("prompts", []), False)
        return "ended"

    def _hours(self) -> str:
        """Every minute of the week that is open, one by one."""
        open_minutes = set()
        monday = datetime(2024, 1, 1, tzinfo=UTC)
        for days, spans in self.step["weekly"].items():
            first, last = days.split("-")
            for day in range(DAYS.index(first), DAYS.index(last) + 1):
                for span in spans:
                    start, end = (60 * int(text[:2]) + int(text[3:]) for text in span.split("-"))
                    length = (end - start) % 1440
                    for minute in range(start, start + length):
                        at = monday + timedelta(days=day, minutes=minute)
                        open_minutes.add((at.weekday(), at.hour, at.minute))
        return "open" if (self.now.weekday(), self.now.hour, self.now.minute) in open_minutes else "closed"

    def _language(self) -> str:
        others: list[str] = []
        for language in self.step["keys"].values():
            if language != self.language and language not in others:
                others.append(language)
        if others and self.ahead == "":
            prompts = tuple(self._prompt(self.step["offer"], language) for language in others)
            self._wait(Collect(prompts, 1, self.step.get("timeout_s", 2.0)))
        if self.ahead == "" or self.ahead[0] not in self.step["keys"]:
            return "kept"
        chosen = self.step["keys"][self._key()]
        if chosen == self.language:
            return "kept"
        self.language = chosen
        self.effects.append(SetLanguage(chosen))
        return "changed"

    def _menu(self) -> str:
        before: list[str] = []
        exit_name = "no_input"
        for _ in range(self.step.get("tries", 3)):
            prompts = before + self.step["prompts"]
            if self.ahead == "" and not self.step.get("barge_in", True):
                self._speak(prompts, False)
                prompts = []
            if self.ahead == "":
                texts = tuple(self._prompt(name, self.language) for name in prompts)
                self._wait(Collect(texts, 1, self.step.get("timeout_s", 5.0)))
            key = self._key()
            if key in self.step["keys"]:
                return str(self.step["keys"][key])
            exit_name = "wrong_key" if key else "no_input"
            before = self.step.get(f"{exit_name}_prompts", [])
            self.ahead = ""
        return exit_name

    def _key(self) -> str:
        key, self.ahead = self.ahead[:1], self.ahead[1:]
        self.used = (self.used + key)[:16]
        return key

    def _speak(self, names: list[str], barge_in: bool) -> None:
        if names:
            self._wait(Play(tuple(self._prompt(name, self.language) for name in names), barge_in))

    def _prompt(self, name: str, language: str) -> Prompt:
        return Prompt(f"{self.name}-{name}", language)

    def _wait(self, wait: Play | Collect) -> None:
        self.effects.append(wait)
        if not self.answers:
            raise _Over
        answer = self.answers.pop(0)
        if isinstance(answer, HungUp):
            self._mark("hangup")
            raise _Over
        self.now = answer.at
        for key in answer.keys:
            if key in "0123456789*#" and len(self.ahead) < 8:
                self.ahead += key

    def _mark(self, exit_name: str) -> None:
        step = self.step
        self.effects.append(MarkStep(step["name"], step["kind"], exit_name, self.used, self.language))
        self.used = ""
