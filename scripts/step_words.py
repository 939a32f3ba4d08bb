"""Writes what the console calls voice-menu steps and their exits, from the kinds; `--check` only compares."""

import json
import sys
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CLONE))

from ivr.flow.kinds import KINDS, Kinds  # noqa: E402 - needs the path above

FOLDER = CLONE / "agent_console" / "web" / "src" / "ui"


def rendered(language: str, kinds: Kinds = KINDS) -> str:
    """The file of one language. Raises ValueError when two kinds call exits of one name differently."""
    words: dict[str, str] = {}
    for name, kind in sorted(kinds.by_name.items()):
        own = kind.words[language]
        said = {f"step.{name}": own.kind}
        said |= {f"exit.{leave}": word for leave, word in own.exits.items()}
        for key, word in said.items():
            if words.setdefault(key, word) != word:
                raise ValueError(f"{key} is called {words[key]!r} and {word!r} in {language}")
    texts = {key: json.dumps(word, ensure_ascii=False) for key, word in words.items()}
    lines = (f'  "{key}": {text},' for key, text in texts.items())
    head = "/** Voice-menu steps and their exits: written by scripts/step_words.py from ivr/flow/steps. */"
    return "\n".join([head, "", "export const stepWords = {", *lines, "};", ""])


def main() -> int:
    """1 when a file is not what the kinds say."""
    for language in ("en", "zh"):
        path, wanted = FOLDER / f"step-words.{language}.gen.ts", rendered(language)
        if "--check" not in sys.argv:
            path.write_text(wanted, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != wanted:
            print(f"{path.name} is out of date; write it with: python scripts/step_words.py", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
