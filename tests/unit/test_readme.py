"""The README promises nothing that is not there: commands, options, scripts, settings, files, links."""

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from ringdesk.cli import app
from ringdesk.demo.office import HOTLINES, USERS
from ringdesk.installation.home import Home
from ringdesk.settings.reference import described
from ringdesk.settings.sources import load

CLONE = Path(__file__).resolve().parents[2]
README = (CLONE / "README.md").read_text(encoding="utf-8")
CHINESE = (CLONE / "README.zh.md").read_text(encoding="utf-8")
PAGES = sorted(
    [*CLONE.glob("*.md"), *CLONE.glob("docs/**/*.md"), CLONE / "agent_console" / "web" / "README.md"]
)


def code_lines(text: str = README) -> list[str]:
    """Lines of code blocks and pieces of inline code."""
    blocks = re.findall(r"^```[^\n]*\n(.*?)^```", text, flags=re.M | re.S)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))
    return [line.strip() for block in blocks for line in block.splitlines()] + inline


def calls_of(program: str) -> list[list[str]]:
    """The arguments of every call of a program in the README."""
    calls = [re.split(r"\s+", line.split("#")[0].strip()) for line in code_lines()]
    return [words[1:] for words in calls if words[0] == program or words[0].endswith(f"/{program}")]


def below(command: Any) -> dict[str, Any]:
    """The commands of a group; none of a command. Typer brings a click of its own, so no type is asked."""
    return dict(getattr(command, "commands", {}))


def command_for(words: list[str]) -> tuple[Any, list[str]]:
    """The command that the words lead to, and what is left of them."""
    command: Any = typer.main.get_command(app)
    while words and below(command):
        found = below(command).get(words[0])
        assert found is not None, f"the README calls `ringdesk {' '.join(words)}`, which does not exist"
        command, words = found, words[1:]
    return command, words


def paths_of(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command that can be called, hidden ones left out."""
    if not below(command):
        yield path
    for name, one in below(command).items():
        if not one.hidden:
            yield from paths_of(one, (*path, name))


@pytest.mark.parametrize("words", calls_of("ringdesk"), ids=" ".join)
def test_every_command_of_the_readme_exists_with_its_options(words: list[str]) -> None:
    command, rest = command_for([word for word in words if word])
    known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)} | {"--help"}
    options = re.findall(r"--[a-z-]+", " ".join(rest))
    assert set(options) <= known


def test_every_command_is_in_the_readme() -> None:
    named = {" ".join(words) for words in calls_of("ringdesk")}
    missing = [
        " ".join(path)
        for path in paths_of(typer.main.get_command(app))
        if not any(text.startswith(" ".join(path)) for text in named)
    ]
    assert missing == []


def test_the_chinese_readme_says_the_same_commands_users_and_keys() -> None:
    known = {*code_lines(), "README.md"}
    assert [words for words in code_lines(CHINESE) if words not in known] == []
    assert {
        words for words in code_lines(CHINESE) if "/ringdesk " in words or words.startswith("scripts/")
    } == {
        words
        for words in code_lines()
        if ".venv/bin/ringdesk " in words or words.startswith("scripts/up") or words == "scripts/test"
    }


def test_the_demo_is_as_the_readme_tells() -> None:
    for text in (README, CHINESE):
        for user in USERS:
            line = next(line for line in text.splitlines() if line.startswith(f"| `{user.login}`"))
            assert user.extension is None or user.extension in line
            assert line.count(",") + line.count("、") >= len(user.queues) - 1
        assert all(f"**{hotline.number}**" in text for hotline in HOTLINES)


def test_every_path_of_the_readme_exists() -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in link]
    scripts = re.findall(r"(?<![\w/.])(?:scripts|bench)/[\w./-]+", README)
    assert [path for path in {*links, *scripts} if not (CLONE / path).exists()] == []


def test_the_settings_table_is_true() -> None:
    settings = README.partition("\n## Settings\n")[2]
    rows = set(re.findall(r"^\| `([a-z_.]+)` \| `?([^|`]*)`? \|", settings, flags=re.M))
    assert rows
    assert rows <= {(setting.name, setting.default) for setting in described()}


@pytest.mark.parametrize("page", ["README.md", "docs/own-asterisk.md"])
def test_every_example_of_settings_can_be_used(page: str, tmp_path: Path) -> None:
    text = (CLONE / page).read_text(encoding="utf-8")
    examples = re.findall(r"^ *```toml\n(.*?)^ *```", text, flags=re.M | re.S)
    assert examples
    for example in examples:
        (tmp_path / "ringdesk.toml").write_text(textwrap.dedent(example), encoding="utf-8")
        load(Home(tmp_path), environment={})


@pytest.mark.parametrize("page", [path.relative_to(CLONE).as_posix() for path in PAGES])
def test_no_page_links_to_what_is_not_there(page: str) -> None:
    text = (CLONE / page).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in link]
    assert [link for link in links if not (CLONE / page).parent.joinpath(link).exists()] == []
