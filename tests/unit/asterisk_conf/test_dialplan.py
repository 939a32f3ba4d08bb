"""The rendered dialplan as a text: every jump has a target, and nothing hostile is ever expanded."""

import re
from pathlib import Path

import pytest

from asterisk_conf.modules import WANTED
from asterisk_conf.render import rendered_texts
from asterisk_conf.secrets import mark_of_test_calls
from asterisk_conf.spec import AgentSpec, HotlineSpec, QueueSpec, TelephonySpec, TrunkSpec
from tests.unit.asterisk_conf import dialplan
from tests.unit.asterisk_conf.builders import SECRETS, folders, program

SPEC = TelephonySpec(
    SECRETS,
    hotlines=(HotlineSpec("4001", "service"), HotlineSpec("+861012345678", "sales", "en")),
    queues=(QueueSpec("service", overflow_queue="sales"), QueueSpec("sales", recording=False)),
    agents=(AgentSpec("1001"), AgentSpec("1002")),
    trunks=(TrunkSpec("carrier", "10.0.0.1", matches=("10.0.0.1",), caller_number="4001"),),
    demo=True,
)


@pytest.fixture
def text(tmp_path: Path) -> str:
    return rendered_texts(SPEC, folders(tmp_path), program(tmp_path))["extensions.conf"]


def goes_somewhere(target: str, home: dialplan.Context, contexts: dict[str, dialplan.Context]) -> bool:
    """Whether a jump (to `label`, `extension,priority` or `context,extension,priority`) has a target."""
    place, *rest = target.split(",")
    if "$" in target:
        return place in contexts  # which extension is known to the call only
    if not rest:
        return place in home.labels
    if len(rest) == 1:
        return place in home.patterns
    patterns = contexts[place].patterns if place in contexts else set()
    return any(dialplan.matches(pattern, rest[0]) for pattern in patterns)


def test_every_jump_goes_somewhere(text: str) -> None:
    contexts = dialplan.read(text)
    lost = [
        f"{name}: {target}"
        for name, context in contexts.items()
        for line in context.lines
        for target in dialplan.targets(line)
        if not goes_somewhere(target, context, contexts)
    ]
    assert lost == []


def test_the_jumps_were_really_read(text: str) -> None:
    jumps = [
        target for c in dialplan.read(text).values() for line in c.lines for target in dialplan.targets(line)
    ]
    assert {"ringdesk-menu-done,s,1", "ringdesk-lost,s,1", "fallback", "dialled"} <= set(jumps)


def test_what_a_caller_sends_is_never_read(text: str) -> None:
    """Neither names nor numbers nor headers are expanded, but for a length and a digest.

    But the digits of the number, to count calls by it, and whether its owner wants it hidden.
    """
    upper = text.upper()
    for once in ("${FILTER(0-9,${CALLERID(num)})}", "${CALLERID(num-pres):0:6}"):
        assert text.count(once) == 1
        upper = upper.replace(once.upper(), "")
    for harmless, uses in ((r"\$\{LEN\(\$\{[^{}]*\}\)\}", 1), (r"\$\{SHA1\(\$\{CHANNEL[^;]*?\}\)\}\)", 1)):
        upper, times = re.subn(harmless, "0", upper)
        assert times == uses
    for read in ("${CALLERID", "${PJSIP_HEADER", "${CONNECTEDLINE", "${REDIRECTING", "SYSTEM(", "SHELL("):
        assert read not in upper
    assert re.findall(r"CALLERID\(num\)=[^)]*\)", text) == ["CALLERID(num)=anonymous)", "CALLERID(num)=4001)"]


PROOF = f"${{SHA1(${{UNIQUEID}}:{SECRETS.agi})}}"
# Run programs, write files, or reach others: whoever sets a variable must not give them more than a name.
_POWERFUL = re.compile(
    r"n?,?(AGI|MixMonitor|Queue|Dial|PauseQueueMember|SendDTMF|Playback|Record|System)\((.*)\)$"
)
_FILTERED = re.compile(r"\$\{FILTER\([^,${}]+,\$\{[A-Z0-9_]+(:0:1)?\}\)\}")


def test_what_could_run_a_program_is_literal_or_filtered(text: str) -> None:
    arguments = [
        match[2]
        for context in dialplan.read(text).values()
        for line in context.lines
        if (match := _POWERFUL.search(line))
    ]
    assert len(arguments) > 8
    free = [given for given in arguments if "$" in _FILTERED.sub("", given).replace(PROOF, "")]
    assert free == []
    assert "[globals]" not in text
    assert re.findall(r"\$\{IMPORT\((.*?),CHANNEL", text) == [r"${FILTER(/a-zA-Z0-9_.\x2d,${RD_CALLER})}"]


def test_modules_that_could_run_a_program_are_not_loaded() -> None:
    for name in ("bridge_builtin_features", "app_record", "app_system", "app_externalivr", "func_shell"):
        assert name not in WANTED


def test_no_pattern_of_the_trunk_has_an_open_end(text: str) -> None:
    """An open end takes `4001%0d%0aEvent: ...` and shows it to AMI as the number dialled."""
    for pattern in dialplan.read(text)["ringdesk-trunk"].patterns:
        assert re.fullmatch(r"\+?[0-9]+(\.[0-9a-f]{32})?|_\+?X+", pattern), pattern


def test_only_the_test_callers_own_number_marks_a_call(text: str) -> None:
    mark = mark_of_test_calls(SPEC.secrets.master)
    way = r"^exten => ([^,]+),1,.*\n(?: same => n,Gosub.*\n)* same => n,Set\(RD_TEST={}\)$"
    marked = re.findall(way.format("test"), text, re.MULTILINE)
    assert marked == [f"{hotline.number}.{mark}" for hotline in SPEC.hotlines]
    unmarked = re.findall(way.format(""), text, re.MULTILINE)
    assert unmarked == [hotline.number for hotline in SPEC.hotlines]


def test_it_is_known_whether_a_call_is_a_test_before_it_may_be_turned_away(text: str) -> None:
    lines = dialplan.read(text)["ringdesk-trunk"].lines
    for number in (hotline.number for hotline in SPEC.hotlines):
        admitted = [at for at, line in enumerate(lines) if f"ringdesk-admit,s,1({number})" in line]
        assert [lines[at - 1].rpartition(",")[2] for at in admitted] == ["Set(RD_TEST=)", "Set(RD_TEST=test)"]
    (told,) = (line for line in dialplan.read(text)["ringdesk-admit"].lines if "RD_TURNED_AWAY" in line)
    assert told.endswith('|${ARG1}${IF($["${RD_TEST}" = "test"]?|test)})')


def test_what_a_phone_dials_by_itself_goes_nowhere(text: str) -> None:
    contexts = dialplan.read(text)
    assert contexts["ringdesk-phone"].patterns == set()
    assert contexts["ringdesk-nowhere"].patterns == set()


def test_every_stay_and_every_offer_is_counted_before_it_begins(text: str) -> None:
    """The bound against endless rounds stands before anything else that the caller could wait in."""
    for context, counter in (("ringdesk-stint", "RD_STINT"), ("ringdesk-offer", "RD_OFFERS")):
        first, second = dialplan.read(text)[context].lines[:2]
        assert f"Set({counter}=$[0${{{counter}}} + 1])" in first
        assert re.search(rf"GotoIf\(\$\[\${{{counter}}} > \d+\]\?ringdesk-sorry,TIMEOUT,1\)", second)


def test_recording_follows_the_queue(text: str) -> None:
    lines = dialplan.read(text)["ringdesk-queue"].lines
    assert [line.rpartition("=")[2] for line in lines if "RD_RECORD" in line] == ["yes)", "no)"]


def test_recording_begins_on_the_phone_that_answered_and_nowhere_else(text: str, tmp_path: Path) -> None:
    """Before the queue it would cost a thread for each who waits, and hear one agent after the other."""
    contexts = dialplan.read(text)
    starts = [name for name, it in contexts.items() if any("MixMonitor(" in line for line in it.lines)]
    assert starts == ["ringdesk-record"]
    assert [name for name, it in contexts.items() for line in it.lines if "U(ringdesk-record)" in line] == [
        "ringdesk-offer"
    ]
    gosubs = [
        name for name, it in contexts.items() if any("Gosub(ringdesk-record" in line for line in it.lines)
    ]
    assert gosubs == ["ringdesk-outbound"]
    queues = rendered_texts(SPEC, folders(tmp_path), program(tmp_path))["queues.conf"]
    assert queues.count("membergosub = ringdesk-record\n") == len(SPEC.queues)


def test_the_name_of_a_recording_can_hold_no_option_and_no_command(text: str) -> None:
    """AMI may set variables; what follows MixMonitor's second comma would be run."""
    (start,) = (line for line in dialplan.read(text)["ringdesk-record"].lines if "MixMonitor(" in line)
    assert start.count("${") == 2 * start.count("${FILTER(-0-9A-Za-z_.@,${RD_FILE})}") == 4


def test_without_queues_there_is_still_a_dialplan(tmp_path: Path) -> None:
    bare = rendered_texts(TelephonySpec(SECRETS), folders(tmp_path), program(tmp_path))["extensions.conf"]
    assert dialplan.read(bare)["ringdesk-trunk"].patterns == set()


# Where a call stays, with the number of its line. A channel that is there while an upgrade loads the dialplan
# anew goes on behind the same number: a line before it needs a context of another name.
WHERE_CALLS_STAY = {
    ("ringdesk-hotline", "AGI("): {3},
    ("ringdesk-stint", "Queue("): {11},
    ("ringdesk-offer", "Dial("): {9},
    ("ringdesk-outbound", "Dial("): {7},
}


def test_a_call_goes_on_behind_the_same_line_over_an_upgrade(text: str) -> None:
    found: dict[tuple[str, str], set[int]] = {}
    for name, context in dialplan.read(text).items():
        number = 0
        for line in context.lines:
            number = 1 if line.startswith("exten") else number + 1
            for where, application in WHERE_CALLS_STAY:
                if where == name and f",{application}" in line:
                    found.setdefault((where, application), set()).add(number)
    assert found == WHERE_CALLS_STAY
