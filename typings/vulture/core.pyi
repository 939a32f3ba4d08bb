from collections.abc import Sequence
from pathlib import Path

class Item:
    name: str
    typ: str
    filename: Path
    first_lineno: int

class Vulture:
    def __init__(
        self, *, ignore_names: Sequence[str] | None = ..., ignore_decorators: Sequence[str] | None = ...
    ) -> None: ...
    def scavenge(self, paths: Sequence[str], exclude: Sequence[str] | None = ...) -> None: ...
    def get_unused_code(self, min_confidence: int = ..., sort_by_size: bool = ...) -> list[Item]: ...
