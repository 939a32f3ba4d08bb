"""The JSON Schema of flow files for editors: `python -m ivr.flow.schema docs/flow.schema.json` writes it."""

import json
import sys
from pathlib import Path

from ivr.flow.kinds import KINDS, Kinds


def render(kinds: Kinds = KINDS) -> str:
    """The schema as it is published, newline at the end."""
    schema = kinds.document.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Ringdesk flow"
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(render(), encoding="utf-8")
