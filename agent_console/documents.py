"""Writes the machine-readable documents of the two interfaces: `python -m agent_console.documents`."""

import json
from pathlib import Path
from typing import Any

from agent_console.api import openapi
from agent_console.api.routers import api_routes
from agent_console.gateway.messages import json_schema

FOLDER = Path(__file__).resolve().parent.parent / "docs"


def documents() -> dict[str, str]:
    """Text of each document by its file name."""
    return {
        "openapi.json": _text(openapi.document(api_routes().routes)),
        "live.schema.json": _text(json_schema()),
    }


def export(folder: Path = FOLDER) -> None:
    """Write all of them."""
    for name, text in documents().items():
        (folder / name).write_text(text, encoding="utf-8")


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    export()
