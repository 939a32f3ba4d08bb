"""`language`: lets the caller choose the language of what follows."""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ivr.flow.caller import Caller, Script
from ivr.flow.names import Identifier, Key, Language, Part, SomePromptNames
from ivr.flow.step import Around, Finding, Left, Step, Words


class LanguageExits(Part):
    """Where a `language` goes on: the caller chose another language, or kept the one spoken so far."""

    changed: Identifier
    kept: Identifier


class LanguageStep(Step):
    """Offers the other languages, each in its own voice; any other key is kept for the next menu."""

    words: ClassVar = {
        "en": Words("Language", {"changed": "chosen", "kept": "kept"}),
        "zh": Words("语言", {"changed": "已选择", "kept": "未更改"}),
    }
    asks: ClassVar = True

    kind: Literal["language"]
    prompts: SomePromptNames
    keys: Annotated[dict[Key, Language], Field(min_length=1)]
    timeout_s: Annotated[float, Field(ge=1, le=30)] = 2.0
    exits: LanguageExits

    def targets(self) -> Mapping[str, str]:
        """Two ways on."""
        return {"changed": self.exits.changed, "kept": self.exits.kept}

    def chosen(self) -> tuple[str, ...]:
        """Only a key changes the language."""
        return ("changed",)

    def check(self, name: str, around: Around) -> Iterator[Finding]:
        """Languages that the flow has no words in."""
        for key, language in self.keys.items():
            if language not in around.languages:
                reason = f"{name} offers {language!r}, which the flow does not speak"
                yield Finding(("keys", key), reason, "Add it to languages, with every prompt")

    def walk(self, caller: Caller) -> Script[Left]:
        """Offer what is not spoken already; a key that is no offer is left for the step that asks for it."""
        offers = tuple(
            caller.prompt(name, language)
            for language in dict.fromkeys(self.keys.values())
            if language != caller.language
            for name in self.prompts
        )
        chosen = self.keys.get((yield from caller.offer(offers, self.timeout_s)))
        if chosen is None:
            return Left("kept")
        caller.take_key()
        if chosen == caller.language:
            return Left("kept")
        caller.speak_in(chosen)
        return Left("changed")
