"""`number`: asks for some keys one after the other. A kind that tests bring along."""

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ivr.flow.caller import Caller, Script
from ivr.flow.names import Identifier, Part, SomePromptNames
from ivr.flow.step import Around, Finding, Left, Step, Words


class NumberExits(Part):
    """Where a `number` goes on."""

    entered: Identifier
    no_input: Identifier


class NumberStep(Step):
    """Asks for a number of so many digits."""

    words: ClassVar = {
        "en": Words("Number", {"entered": "entered", "no_input": "no key pressed"}),
        "zh": Words("号码", {"entered": "已输入", "no_input": "未按键"}),
    }
    asks: ClassVar = True

    kind: Literal["number"]
    questions: SomePromptNames
    digits: Annotated[int, Field(ge=1)]
    exits: NumberExits

    def targets(self) -> Mapping[str, str]:
        """Two ways on."""
        return {"entered": self.exits.entered, "no_input": self.exits.no_input}

    def chosen(self) -> Collection[str]:
        """Whoever enters one has chosen."""
        return ("entered",)

    def check(self, name: str, around: Around) -> Iterator[Finding]:
        """More than a mark of the walk can tell."""
        if self.digits > 16:
            yield Finding(("digits",), f"{name} asks for {self.digits} digits", "Ask for 16 at most")

    def walk(self, caller: Caller) -> Script[Left]:
        """The question once, then silence between the digits."""
        names: tuple[str, ...] = self.questions
        for _ in range(self.digits):
            if not (yield from caller.ask(names, 3.0, barge_in=True)):
                return Left("no_input")
            names = ()
        return Left("entered")
