"""`ringdesk ivr try` refuses in words what it cannot walk."""

from pathlib import Path

import pytest

from ivr.settings import SHIPPED_FLOWS
from ringdesk.commands.ivr import try_
from ringdesk.problem import Problem


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation with settings of its own."""
    monkeypatch.setenv("RINGDESK_HOME", str(tmp_path / "home"))


def test_a_flow_that_leads_nowhere_is_refused_by_file_and_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    shipped = (SHIPPED_FLOWS / "service.yaml").read_text(encoding="utf-8")
    broken.write_text(shipped.replace("service: service\n", "service: nobody\n"), encoding="utf-8")
    with pytest.raises(Problem, match=r"broken\.yaml:\d+: .* leads by service to 'nobody'"):
        try_(str(broken), keys=".3")


@pytest.mark.parametrize(
    ("language", "keys", "sentence"),
    [("fr", "1", "service does not speak 'fr', only zh, en"), ("en", "x1", "--keys: 'x' is no key")],
)
def test_what_the_flow_or_a_telephone_does_not_have_is_refused(
    language: str, keys: str, sentence: str
) -> None:
    with pytest.raises(Problem, match=sentence):
        try_("service", keys=keys, language=language)
