"""`menu`: asks for one key, and goes where it leads."""

from collections.abc import Collection, Mapping
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from ivr.flow.caller import Caller, Script
from ivr.flow.names import Identifier, Key, PromptNames, SomePromptNames
from ivr.flow.step import Left, Step, Words

NO_INPUT, WRONG_KEY = "no_input", "wrong_key"
_RESERVED = {NO_INPUT, WRONG_KEY}


class MenuStep(Step):
    """Asks for one key. `keys` names the exit of each; `no_input` or `wrong_key` when tries run out."""

    words: ClassVar = {
        "en": Words("Menu", {NO_INPUT: "no key pressed", WRONG_KEY: "wrong key"}),
        "zh": Words("菜单", {NO_INPUT: "未按键", WRONG_KEY: "按键错误"}),
    }
    asks: ClassVar = True

    kind: Literal["menu"]
    prompts: SomePromptNames
    keys: Annotated[dict[Key, Identifier], Field(min_length=1)]
    wrong_key_prompts: PromptNames = ()
    no_input_prompts: PromptNames = ()
    tries: Annotated[int, Field(ge=1, le=5)] = 3
    timeout_s: Annotated[float, Field(ge=1, le=30)] = 5.0
    barge_in: bool = True
    exits: dict[Identifier, Identifier]

    @model_validator(mode="after")
    def _every_exit_is_taken_and_exists(self) -> Self:
        if taken := sorted(_RESERVED & set(self.keys.values())):
            raise ValueError(f"a key cannot lead to the reserved exit {taken[0]!r}")
        wanted = _RESERVED | set(self.keys.values())
        if absent := sorted(wanted - set(self.exits)):
            raise ValueError(f"exits lack {', '.join(absent)}")
        if idle := sorted(set(self.exits) - wanted):
            raise ValueError(f"no key leads to the exit {idle[0]!r}")
        return self

    def targets(self) -> Mapping[str, str]:
        """Those of its keys, and the two of a caller who finds none."""
        return self.exits

    def chosen(self) -> Collection[str]:
        """Those of its keys."""
        return set(self.exits) - _RESERVED

    def walk(self, caller: Caller) -> Script[Left]:
        """Ask again after a mistake, until the tries run out; the last mistake decides the exit."""
        mistake: tuple[str, ...] = ()
        outcome = NO_INPUT
        for _ in range(self.tries):
            key = yield from caller.ask((*mistake, *self.prompts), self.timeout_s, barge_in=self.barge_in)
            if key in self.keys:
                return Left(self.keys[key])
            outcome = WRONG_KEY if key else NO_INPUT
            mistake = self.wrong_key_prompts if key else self.no_input_prompts
            caller.forget_typed_ahead()
        return Left(outcome)
