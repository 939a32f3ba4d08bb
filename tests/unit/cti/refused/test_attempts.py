"""From INVITE to answer: what is a refused call, whose it is and why; and what is none."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cti.domain.refusals import CallTurnedAway, RefusalCause
from cti.refused import attempts as module
from cti.refused.attempts import Attempts, Line, Surroundings, concerns_a_call
from cti.refused.hep import Captured

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SIP, WSS = 5160, 8189
CARRIER, HERE = "198.51.100.7", "10.0.0.1"
VOICE = "m=audio 4000 RTP/AVP 8\r\n"


def attempts(asserted: bool = False) -> Attempts:
    lines = {CARRIER: Line("carrier", asserted), HERE: Line("trunk")}
    return Attempts(
        Surroundings(
            SIP,
            frozenset({WSS}),
            {HERE}.__contains__,
            lines.get,
            is_phone={"1001"}.__contains__,
            is_test={"4001.secret"}.__contains__,
        )
    )


def invite(
    source: str = CARRIER,
    *,
    user: str = "138",
    dialled: str = "4001",
    call: str = "a",
    number: int = 1,
    tag: str = "",
    port: int = SIP,
    body: str = VOICE,
    headers: str = "",
) -> Captured:
    text = (
        f"INVITE sip:{dialled}@{HERE} SIP/2.0\r\nVia: SIP/2.0/UDP {source}\r\n"
        f"From: <sip:{user}@x>;tag=1\r\nTo: <sip:4001@x>{tag}\r\n"
        f"Call-ID: {call}\r\nCSeq: {number} INVITE\r\n{headers}\r\n{body}"
    )
    return Captured(NOON, source, 5060, HERE, port, text.encode())


def answer(status: int, *, call: str = "a", number: int = 1, method: str = "INVITE") -> Captured:
    text = f"SIP/2.0 {status} So\r\nTo: <sip:x>;tag=2\r\nCall-ID: {call}\r\nCSeq: {number} {method}\r\n\r\n"
    return Captured(NOON, HERE, SIP, CARRIER, 5060, text.encode())


def outcome(*messages: Captured, asserted: bool = False) -> CallTurnedAway | None:
    """What the last message tells; those before it tell nothing."""
    following = attempts(asserted)
    told = [following.take(message) for message in messages]
    assert told[:-1] == [None] * (len(told) - 1)
    return told[-1]


def without_proof(*messages: Captured) -> list[CallTurnedAway]:
    """Who is known to be a stranger when a phone would have sent its proof; nobody is before."""
    following = attempts()
    assert [told for message in messages if (told := following.take(message))] == []
    assert following.strangers() == []
    return following.strangers()


def cause(status: int, **kind: str) -> RefusalCause:
    fact = outcome(invite(**kind), answer(status))  # type: ignore[arg-type]
    assert fact is not None
    return fact.cause


def proof(user: str) -> str:
    return f'Authorization: Digest realm="ringdesk", Username = "{user}", nonce="x"\r\n'


def test_a_refused_call_with_all_that_is_known_of_it() -> None:
    fact = outcome(invite(), answer(404))
    assert fact == CallTurnedAway(
        at=NOON,
        cause=RefusalCause.UNKNOWN_NUMBER,
        trunk="carrier",
        number="138",
        dialled="4001",
        address=CARRIER,
    )


@pytest.mark.parametrize(
    ("status", "kind", "expected"),
    [
        (404, {}, RefusalCause.UNKNOWN_NUMBER),
        (484, {}, RefusalCause.UNKNOWN_NUMBER),
        (404, {"user": "1%0D%0aEvent"}, RefusalCause.FORGED),
        (404, {"headers": "P-Asserted-Identity: <sip:%0a@x>\r\n"}, RefusalCause.FORGED),
        (404, {"user": "1%00"}, RefusalCause.FORGED),
        (404, {"headers": "Remote-Party-ID: <sip:%0D@x>\r\n"}, RefusalCause.FORGED),
        (403, {}, RefusalCause.FORGED),
        (503, {}, RefusalCause.FULL),
        (488, {"body": "m=audio 4000 RTP/AVP 18\r\n"}, RefusalCause.CODEC),
        (488, {"body": "m=audio 0 RTP/AVP 8\r\n"}, RefusalCause.CODEC),
        (488, {"body": ""}, RefusalCause.CODEC),
        (488, {"body": "m=audio 4000 RTP/SAVP 8\r\n"}, RefusalCause.ENCRYPTED),
        (488, {"body": VOICE}, RefusalCause.NO_SOUND),
        (420, {}, RefusalCause.OTHER),
        (500, {}, RefusalCause.OTHER),
    ],
)
def test_each_cause(status: int, kind: dict[str, str], expected: RefusalCause) -> None:
    assert cause(status, **kind) is expected


def test_details_that_help() -> None:
    codec = outcome(invite(body="m=audio 4000 RTP/AVP 18 3\r\n"), answer(488))
    other = outcome(invite(), answer(420))
    assert codec is not None
    assert other is not None
    assert (codec.detail, other.detail) == ("G729, GSM", "SIP 420")


@pytest.mark.parametrize("status", [100, 180, 200, 302, 408, 480, 486, 487, 600, 603])
def test_what_is_no_refusal_of_ours(status: int) -> None:
    assert outcome(invite(), answer(status)) is None


@pytest.mark.parametrize("status", [404, 484, 488, 500, 503])
def test_a_test_call_is_no_caller_who_did_not_get_in(status: int) -> None:
    assert outcome(invite(dialled="4001.secret"), answer(status)) is None


def test_what_may_be_the_mark_of_a_test_call_is_shown_to_nobody() -> None:
    refused = outcome(invite(dialled="4001.0123456789abcdef"), answer(488))
    assert refused is not None
    assert refused.dialled == "4001"


def test_each_call_is_told_once_and_its_retransmissions_are_no_others() -> None:
    assert outcome(invite(), invite(), answer(404)) is not None
    following = attempts()
    following.take(invite())
    assert following.take(answer(404)) is not None
    assert following.take(answer(404)) is None


@pytest.mark.parametrize("status", [200, 404])
def test_a_copy_that_comes_after_the_answer_is_no_other_call(status: int) -> None:
    following = attempts()
    following.take(invite())
    following.take(answer(status))
    following.take(invite())
    assert following.take(answer(403)) is None
    following.take(invite(number=2))
    assert following.take(answer(404, number=2)) is not None


def test_only_the_answer_to_the_first_request_of_a_dialog_counts() -> None:
    assert outcome(invite(tag=";tag=2"), answer(488)) is None
    assert outcome(invite(), answer(488, number=2)) is None
    assert outcome(invite(), answer(404, method="BYE")) is None
    assert outcome(answer(404)) is None


def test_calls_that_we_make_ourselves_are_not_callers() -> None:
    out = replace(invite(), source=HERE, source_port=SIP, destination=CARRIER, destination_port=5060)
    assert outcome(out, answer(488)) is None
    # A carrier may use the same port as we do.
    same = replace(out, destination_port=SIP)
    assert outcome(same, answer(488)) is None
    # The test caller's call goes from here to here.
    loop = replace(out, destination=HERE, destination_port=SIP)
    assert outcome(loop, answer(488)) is not None


def test_an_agents_phone_is_asked_for_a_proof_and_what_it_dials_then_is_no_callers_call() -> None:
    dials = invite("192.0.2.77", user="1001", number=2, headers=proof("1001"))
    for status in (200, 404, 488):
        asked = (invite("192.0.2.77", user="1001"), answer(401))
        assert without_proof(*asked, dials, answer(status, number=2)) == []
    # A nonce that has become old is asked for again.
    again = invite("192.0.2.77", user="1001", number=3, headers=proof("1001"))
    assert without_proof(dials, answer(401, number=2), again, answer(404, number=3)) == []
    # A desk phone may have the address of a trunk.
    assert outcome(invite(CARRIER, user="1001", headers=proof("1001")), answer(404)) is None


def test_a_stranger_with_the_number_of_an_extension_is_a_stranger() -> None:
    (silent,) = without_proof(invite("192.0.2.77", user="1001"), answer(401))
    assert (silent.cause, silent.trunk, silent.number, silent.address) == (
        RefusalCause.STRANGER,
        "",
        "1001",
        "192.0.2.77",
    )
    # A proof that is wrong, or of somebody else's call, is none; and all of it is one attempt.
    guesses = [
        message
        for number in (2, 3)
        for message in (
            invite("192.0.2.77", user="1001", number=number, headers=proof("1001")),
            answer(401, number=number),
        )
    ]
    assert without_proof(invite("192.0.2.77", user="1001"), answer(401), *guesses) == [silent]
    elsewhere = (invite("192.0.2.78", number=2, headers=proof("1001")), answer(404, number=2))
    assert without_proof(invite("192.0.2.77", user="1001"), answer(401), *elsewhere) == [silent]
    (carriers,) = without_proof(invite(CARRIER, user="1001"), answer(407))
    assert (carriers.cause, carriers.trunk) == (RefusalCause.STRANGER, "carrier")


def test_each_stranger_is_told_once_and_in_a_flood_the_first_ones_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 3)
    following = attempts()
    told = []
    for n in range(5):
        following.take(invite("192.0.2.77", user=str(n), call=str(n)))
        told.append(following.take(answer(401, call=str(n))))
    assert [fact.number if fact else None for fact in told] == [None, None, None, "0", "1"]
    following.strangers()
    assert [fact.number for fact in following.strangers()] == ["2", "3", "4"]
    assert following.strangers() == []


def test_who_names_an_extension_in_a_proof_that_is_not_its_is_a_caller_like_others() -> None:
    fact = outcome(invite(CARRIER, headers=proof("somebody")), answer(404))
    assert fact is not None
    assert fact.trunk == "carrier"


def test_a_stranger_and_a_web_page_on_this_machine_have_no_trunk() -> None:
    (stranger,) = without_proof(invite("192.0.2.77"), answer(401))
    # The page writes into Via what it likes: that it came over UDP.
    page = outcome(invite(HERE, port=WSS), answer(404))
    assert page is not None
    assert (stranger.trunk, stranger.address, page.trunk) == ("", "192.0.2.77", "")


ASSERTED = "P-Asserted-Identity: <sip:+8621@x>\r\n"
REMOTE = "Remote-Party-ID: <sip:+8622@x>;party=calling"


@pytest.mark.parametrize(
    ("headers", "trusted", "untrusted"),
    [
        ("", "138", "138"),
        (ASSERTED, "+8621", "138"),
        (f"{ASSERTED}Privacy: none\r\n", "+8621", "138"),
        # From may hold the very number that is to be hidden.
        (f"{ASSERTED}Privacy: id\r\n", "anonymous", "138"),
        (f"{ASSERTED}Privacy: header;id\r\n", "anonymous", "138"),
        (f"{ASSERTED}{REMOTE};privacy=full\r\n", "+8621", "138"),
        (f"{REMOTE}\r\n", "+8622", "138"),
        (f"{REMOTE};Privacy = Full ;screen=yes\r\n", "anonymous", "138"),
        (f"{REMOTE};privacy=off\r\n", "+8622", "138"),
        # Without the network's word there is nothing that it could hide.
        ("Privacy: id\r\n", "138", "138"),
    ],
)
def test_the_number_is_the_one_that_the_dialplan_would_have(
    headers: str, trusted: str, untrusted: str
) -> None:
    for asserted, number in ((True, trusted), (False, untrusted)):
        fact = outcome(invite(headers=headers), answer(404), asserted=asserted)
        assert fact is not None
        assert fact.number == number


def test_what_never_gets_an_answer_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 3)
    following = attempts()
    for n in range(5):
        following.take(invite(call=str(n)))
    assert [following.take(answer(404, call=str(n))) is not None for n in range(5)] == [
        False,
        False,
        True,
        True,
        True,
    ]


def test_rubbish_tells_nothing() -> None:
    for payload in (
        b"",
        b"INVITE ",
        b"SIP/2.0 4",
        b"REGISTER sip:x SIP/2.0\r\n\r\n",
        b"INVITE x SIP/2.0\r\n\r\n",
    ):
        assert outcome(replace(invite(), payload=payload)) is None


@pytest.mark.parametrize(
    ("first", "sequence", "concerns"),
    [
        (b"INVITE sip:4001@host SIP/2.0", b"CSeq: 1 INVITE", True),
        (b"INVITE sip:4001@host SIP/2.0", b"cseq :\t2147483647  INVITE", True),
        (b"SIP/2.0 488 Not Acceptable Here", b"CSEQ:1 INVITE", True),
        (b"SIP/2.0 200 OK", b"CSeq: 1 INVITE", True),
        (b"SIP/2.0 100 Trying", b"CSeq: 1 INVITE", False),
        (b"SIP/2.0 200 OK", b"CSeq: 2 BYE", False),
        (b"ACK sip:4001@host SIP/2.0", b"CSeq: 1 ACK", False),
        (b"REGISTER sip:host SIP/2.0", b"CSeq: 1 REGISTER", False),
    ],
)
def test_only_invites_and_final_answers_to_them_are_read(
    first: bytes, sequence: bytes, concerns: bool
) -> None:
    """Asterisk tells of every message, and most of them name INVITE among what is allowed."""
    message = b"\r\n".join([first, b"Call-ID: 1", sequence, b"Allow: INVITE, ACK, BYE", b"", b""])
    assert concerns_a_call(message) is concerns
    assert concerns_a_call(message.replace(b"\r\n", b"\n")) is concerns
