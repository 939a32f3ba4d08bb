"""What the steps of a start do on an installation, and what they say of it."""

from ringdesk.installation.home import Home
from ringdesk.installation.installation import Installation
from ringdesk.setup.steps import SetUp


async def done(start: SetUp, name: str) -> str:
    """What this step says when it is done."""
    (step,) = (step for step in start.steps() if step.name == name)
    return await step.run(lambda text: None)


async def test_a_start_tells_the_demos_passwords_when_nothing_did_and_later_ones_name_the_command(
    home: Home,
) -> None:
    told = []
    for _ in range(2):
        start = SetUp(Installation.open())
        for name in ("database", "demo"):
            await done(start, name)
        told.append("\n".join(await start.ways_in()))
        await start.close()
    password = (home.secrets / "login-lina").read_text().strip()
    assert [password in text for text in told] == [True, False]
    assert told[1] == "Sign in as lina, wangwei, zhaomin, admin; passwords: ringdesk demo passwords"


async def test_a_start_says_when_colleagues_have_to_import_the_authority_once_more(home: Home) -> None:
    said = [
        await done(SetUp(Installation.open(listen=address)), "certificate")
        for address in ("192.0.2.7", "192.0.2.7", "192.0.2.8")
    ]
    assert ["import once more" in text for text in said] == [False, False, True]
