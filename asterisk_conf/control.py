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
    """What Asterisk answers to a console command; raises NotRunning when nobody listens."""
    process = await asyncio.create_subprocess_exec(
        *program.command,
        "-C",
        str(folders.asterisk_conf),
        "-rx",
        command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(timeout_s):
            output, _ = await process.communicate()
    except TimeoutError:
        raise AsteriskProblem(f"Asterisk did not answer to '{command}' within {timeout_s:g} s.") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    text = output.decode(errors="replace")
    if process.returncode != 0 or text.startswith("Unable to connect to remote asterisk"):
        raise NotRunning("Asterisk is not running.")
    return text
