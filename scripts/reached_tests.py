"""Prints the unit tests that a change can reach by imports: the files given, or what is staged for a commit.

A module is reached when a test imports it, however far along; a file that is no module stands for the modules
beside it and around it. What every test uses (configuration of pytest, lock files) reaches all.
"""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import grimp

CLONE = Path(__file__).resolve().parent.parent
UNIT = CLONE / "tests" / "unit"
PACKAGES = tuple(
    tomllib.loads((CLONE / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
)
ALWAYS = ("tests/unit/test_structure.py",)
"""They read files of any kind, and need seconds."""
PAGES = "tests/unit/test_readme.py"
EVERYTHING = ("pyproject.toml", "requirements/", "tests/conftest.py", "tests/unit/conftest.py")


def reached(changed: Iterable[str]) -> list[str]:
    """The test files to run for changed files, both by their paths in the clone, with slashes."""
    changed = list(changed)
    tests = sorted(path.relative_to(CLONE).as_posix() for path in UNIT.rglob("test_*.py"))
    if any(name.startswith(EVERYTHING) for name in changed):
        return tests
    modules = {module for name in changed for module in _modules_behind(name)}
    found = {*ALWAYS, *(test for test in tests if test in changed or modules & _behind_test(test))}
    if any(name.endswith(".md") for name in changed):
        found.add(PAGES)
    return sorted(found)


def _modules_behind(name: str) -> Iterator[str]:
    """The module that a file is, and its package, which may look for it; for data the modules around it."""
    path = Path(name)
    if path.suffix == ".py":
        yield ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        yield ".".join(path.parent.parts)
        return
    for folder in path.parents[:2]:
        if folder.parts and folder.parts[0] in (*PACKAGES, "tests", "scripts"):
            yield from (".".join(file.with_suffix("").parts) for file in _python_in(folder))


def _python_in(folder: Path) -> Iterator[Path]:
    yield from (file.relative_to(CLONE) for file in (CLONE / folder).glob("*.py"))


@cache
def _behind_test(test: str) -> frozenset[str]:
    """Every module that a test imports, through others of the tests and through the product."""
    own, open_ends = set[str](), [test, *_conftests(test)]
    named = set[str]()
    while open_ends:
        name = open_ends.pop()
        for module in imported(CLONE / name):
            file = module.replace(".", "/") + ".py"
            if (
                module.split(".")[0] in ("tests", "bench", "scripts")
                and module not in own
                and (CLONE / file).is_file()
            ):
                own.add(module)
                open_ends.append(file)
            named.add(module)
    return frozenset(own | named | {above for module in named for above in _upstream(module)})


def _conftests(test: str) -> list[str]:
    files = (folder / "conftest.py" for folder in Path(test).parents)
    return [file.as_posix() for file in files if (CLONE / file).is_file()]


def imported(path: Path) -> Iterator[str]:
    """The modules that a file imports anywhere in it; what is taken out of a module may be one itself."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


@cache
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph(*PACKAGES)


@cache
def _upstream(module: str) -> frozenset[str]:
    graph = _graph()
    return frozenset(graph.find_upstream_modules(module)) if module in graph.modules else frozenset()


def staged() -> list[str]:
    """The files of the commit that is being made."""
    listed = subprocess.run(
        ["git", "diff", "--cached", "--name-only", "--no-renames", "-z"],  # noqa: S607
        cwd=CLONE,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in listed.stdout.split("\0") if name]


if __name__ == "__main__":
    print("\n".join(reached(sys.argv[1:] or staged())))
