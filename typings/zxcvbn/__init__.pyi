from collections.abc import Iterable
from typing import TypedDict

class _Estimate(TypedDict):
    score: int

def zxcvbn(password: str, user_inputs: Iterable[str] | None = None, max_length: int = 72) -> _Estimate: ...
