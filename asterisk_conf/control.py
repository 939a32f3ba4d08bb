"""Commands for a running Asterisk through its control socket, as its own `asterisk -rx` sends them."""

import asyncio

from asterisk_conf.folders import AsteriskFolders
from asterisk_conf.problem import AsteriskProblem
from asterisk_conf.program import Program


class NotRunning(AsteriskProblem):
    """There is no Asterisk behind the control socket."""


async def run_command(
    program: Program, folders: AsteriskFolders, command: str, *, timeout_s: float = 10.0
) -> str:
    """What the Asterisk of these folders answers to a console command; NotRunning when nobody listens."""
    return await ask(
        (*program.command, "-C", str(folders.asterisk_conf), "-rx", command), timeout_s=timeout_s
    )


async def ask(call: tuple[str, ...], *, timeout_s: float) -> str:
    """Runs `asterisk ... -rx COMMAND` and returns what it printed."""
    process = await asyncio.create_subprocess_exec(
        *call,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(timeout_s):
            output, _ = await process.communicate()
    except TimeoutError:
        raise AsteriskProblem(f"Asterisk did not answer to '{call[-1]}' within {timeout_s:g} s.") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    text = output.decode(errors="replace")
    if process.returncode != 0 or text.startswith("Unable to "):
        raise NotRunning("Asterisk is not running.")
    return text
