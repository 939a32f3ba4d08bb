"""Rules of the whole repository that no linter knows: short files, layers, docstrings, no registry hosts."""

import ast
import re
import shutil
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

import ringdesk

CLONE = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((CLONE / "pyproject.toml").read_text(encoding="utf-8"))
LONGEST_FILE = 400
LONGEST_FUNCTION = 40
"""Lines below signature and docstring. In TypeScript biome counts 90; in a component, markup, 110."""
# Made by a program from something that is in the repository, and not read by people.
GENERATED = re.compile(r"(^|/)generated/|\.gen\.|package-lock\.json$|^requirements/.*\.txt$")


def tracked(*patterns: str) -> list[Path]:
    """Files that git knows or would add; a file that is only staged counts."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns],
        cwd=CLONE,
        capture_output=True,
        text=True,
        check=True,
    )
    names = sorted(filter(None, listed.stdout.split("\0")))
    return [CLONE / name for name in names if (CLONE / name).is_file()]


def text_of(path: Path) -> str | None:
    """The text of a file, None for one that is no text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def relative(path: Path) -> str:
    return path.relative_to(CLONE).as_posix()


def test_no_source_file_is_longer_than_one_job() -> None:
    too_long = {
        relative(path): lines
        for path in tracked("*.py", "*.ts", "*.tsx", "*.css", "*.sh", "scripts/*")
        if not GENERATED.search(relative(path))
        and (lines := len((text_of(path) or "").splitlines())) > LONGEST_FILE
    }
    assert too_long == {}


def test_no_function_is_longer_than_one_thought() -> None:
    too_long = {
        f"{relative(path)}:{line}: {name}": lines
        for path in tracked("*.py")
        for name, line, lines in functions(path.read_text(encoding="utf-8"))
        if lines > LONGEST_FUNCTION
    }
    assert too_long == {}


def functions(source: str) -> Iterator[tuple[str, int, int]]:
    """Each function, the inner ones too: its name, its line, and its lines below the docstring."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
            yield node.name, node.lineno, (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_a_function_is_as_long_as_what_stands_below_its_docstring() -> None:
    first = 'def one(\n    a,\n):\n    """It\n    says."""\n    if a:\n\n        return\n'
    second = "class A:\n    async def two(self): ...\n"
    assert list(functions(first + second)) == [("one", 1, 3), ("two", 10, 1)]


def test_every_module_opens_with_its_job() -> None:
    silent = [
        relative(path)
        for path in tracked("*.py")
        if (text := path.read_text(encoding="utf-8")).strip() and not opening_words(text)
    ]
    assert silent == []


def opening_words(source: str) -> str:
    """The docstring of a module. Only its beginning is read: to parse every file takes seconds."""
    tokens = tokenize.generate_tokens(StringIO(source).readline)
    first = next(it for it in tokens if it.type not in (tokenize.COMMENT, tokenize.NL))
    return str(ast.literal_eval(first.string)).strip() if first.type == tokenize.STRING else ""


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('#!/usr/bin/python3\n\n"""Says\nit."""\nimport os\n', "Says\nit."),
        ('import os\n"""Too late."""\n', ""),
        ('""\n', ""),
        ("name = 1\n", ""),
        ("# only a comment\n", ""),
    ],
)
def test_the_opening_of_a_module_is_its_docstring(source: str, words: str) -> None:
    assert opening_words(source) == words == (ast.get_docstring(ast.parse(source)) or "")


def test_imports_point_downwards_only() -> None:
    result = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=CLONE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def layers() -> list[str]:
    """The packages of the product, from the highest layer to the lowest."""
    contract = next(it for it in PROJECT["tool"]["importlinter"]["contracts"] if it["type"] == "layers")
    return [name for layer in contract["layers"] for name in layer.split(" | ")]


def test_every_package_is_a_layer_and_known_to_all_tools() -> None:
    packages = set(layers())
    assert packages == {path.parent.name for path in CLONE.glob("*/__init__.py")}
    tools = PROJECT["tool"]
    assert packages == set(tools["importlinter"]["root_packages"])
    assert packages == {name.rstrip("*") for name in tools["setuptools"]["packages"]["find"]["include"]}
    assert packages == set(tools["ruff"]["lint"]["isort"]["known-first-party"]) - {"tests"}
    assert packages == set(tools["deptry"]["known_first_party"])
    assert packages == set(tools["mypy"]["files"]) - {"tests", "bench", "scripts"}


def test_tests_do_not_shadow_packages() -> None:
    assert tracked("tests/**/__init__.py") == []


def registry_hosts() -> set[str]:
    """Hosts that package clients use: those set on this machine, and the public ones, put together here."""
    public = [
        ("registry.", "npmjs.org"),
        ("pypi.", "org"),
        ("files.", "pythonhosted.org"),
        ("deb.", "debian.org"),
    ]
    hosts = {first + second for first, second in public}
    settings = [Path("/etc/apt/sources.list"), *Path("/etc/apt/sources.list.d").glob("*")]
    text = "\n".join(path.read_text(errors="replace") for path in settings if path.is_file())
    for command in (
        [sys.executable, "-m", "pip", "config", "list"],
        ["npm", "config", "get", "registry"],
    ):
        if shutil.which(command[0]):
            text += subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return hosts | set(re.findall(r"https?://(?:[^/@\s]*@)?([A-Za-z0-9.-]+\.[A-Za-z]{2,})", text))


def test_no_file_names_a_package_registry() -> None:
    hosts = registry_hosts()
    naming = [
        f"{relative(path)}: {host}"
        for path in tracked()
        if (text := text_of(path)) is not None
        for host in sorted(hosts)
        if host in text
    ]
    assert naming == []


def test_the_version_is_the_same_everywhere() -> None:
    assert PROJECT["project"]["version"] == ringdesk.__version__


def test_locks_hold_exact_versions_with_hashes() -> None:
    locks = tracked("requirements/*.txt")
    assert {path.name for path in locks} >= {"runtime.txt", "dev.txt", "build.txt"}
    for lock in locks:
        requirements = re.split(r"\n(?=\S)", re.sub(r"^\s*#.*\n", "", lock.read_text(), flags=re.M).strip())
        loose = [
            item.splitlines()[0] for item in requirements if "==" not in item or "--hash=sha256:" not in item
        ]
        assert loose == []


@pytest.mark.parametrize("script", ["scripts/up", "scripts/test", ".ci/run"])
def test_scripts_can_be_run_and_are_valid(script: str) -> None:
    path = CLONE / script
    assert path.stat().st_mode & 0o111
    checked = subprocess.run(["bash", "-n", str(path)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


# A feature of the API is a folder with these rooms: what is asked and told over HTTP, what is said, what is
# read, what is done, and how an answer is put together.
API = CLONE / "agent_console" / "api"
ROOMS = {"__init__.py", "routes.py", "shapes.py", "queries.py", "use_cases.py", "answers.py"}
DATABASE = ("sqlalchemy", "storage")
# Storage's own words, which know no database: the shape of what it answers, and how far somebody sees.
WORDS = ("storage.rows", "storage.scope")
OPENS_DATABASE = {"session", "transaction", "listing"}
ACTS = {"transaction", "attempt", "outcome", "execute"}


def features() -> list[Path]:
    return sorted(it.parent for it in API.glob("*/__init__.py") if it.parent.name != "common")


def out_of_place(room: str, source: str) -> list[str]:
    """What does not belong in this room of a feature."""
    tree = ast.parse(source)
    imported = list(imports_of(tree))
    of_database = [it for it in imported if it.startswith(DATABASE) and not it.startswith(WORDS)]
    calls = (it.func for it in ast.walk(tree) if isinstance(it, ast.Call))
    called = {it.attr for it in calls if isinstance(it, ast.Attribute)}
    match room:
        case "routes.py":
            classes = [it.name for it in ast.walk(tree) if isinstance(it, ast.ClassDef)]
            audit = [it for it in imported if it.startswith("office.audit")]
            return [*of_database, *audit, *classes, *sorted(called & OPENS_DATABASE)]
        case "shapes.py":
            parts = ("agent_console.services", "agent_console.auth", "agent_console.gateway")
            return [*of_database, *(it for it in imported if it.startswith(parts))]
        case "queries.py" | "answers.py":
            return sorted(called & ACTS)
        case _:
            return []


def imports_of(tree: ast.Module) -> Iterator[str]:
    """Whatever a module imports, by its whole name."""
    for it in ast.walk(tree):
        if isinstance(it, ast.ImportFrom):
            yield from (f"{it.module}.{name.name}" for name in it.names)
        elif isinstance(it, ast.Import):
            yield from (name.name for name in it.names)


def test_every_feature_of_the_api_has_the_same_rooms() -> None:
    registered = (API / "routers.py").read_text(encoding="utf-8")
    assert len(features()) > 10
    for feature in features():
        there = {it.name for it in feature.iterdir() if it.suffix == ".py"}
        assert {"__init__.py", "routes.py"} <= there <= ROOMS, feature.name
        assert f"from agent_console.api.{feature.name} import routes" in registered


def test_nothing_is_in_the_wrong_room() -> None:
    wrong = {
        relative(path): found
        for feature in features()
        for path in feature.glob("*.py")
        if (found := out_of_place(path.name, path.read_text(encoding="utf-8")))
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("routes.py", "from storage.repositories.users import Users"),
        ("routes.py", "import sqlalchemy"),
        ("routes.py", "from storage.tables import User"),
        ("routes.py", "from office.audit import Act"),
        ("routes.py", "class Body: ..."),
        ("routes.py", "database.transaction()"),
        ("routes.py", "parts.listing(1)"),
        ("shapes.py", "from sqlalchemy.ext.asyncio import AsyncSession"),
        ("shapes.py", "from storage.repositories.history import History"),
        ("shapes.py", "from agent_console.services.assembly import Services"),
        ("queries.py", "parts.deps.database.transaction()"),
        ("queries.py", "parts.deps.floor.execute(command)"),
        ("answers.py", "parts.audit.attempt(actor, act)"),
    ],
)
def test_what_is_in_the_wrong_room_is_found(room: str, source: str) -> None:
    assert out_of_place(room, source) != []
    assert out_of_place("use_cases.py", source) == []
