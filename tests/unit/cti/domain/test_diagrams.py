"""The diagrams in the docs are the tables in the code."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]


def test_docs_states_is_current() -> None:
    check = subprocess.run([sys.executable, str(ROOT / "scripts/draw_states.py"), "--check"], check=False)
    assert check.returncode == 0, "run: python scripts/draw_states.py"
