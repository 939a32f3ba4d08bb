"""Who is at the command line, and what comes of it, for the audit."""

import os

from office.audit import Actor, Result, Via, failure
from ringdesk.problem import Problem


def operator() -> Actor:
    """The user of the operating system under whom this process runs, whatever the environment claims."""
    return Actor(account=f"uid {os.getuid()}", via=Via.COMMAND_LINE)


def verdict(problem: Exception) -> tuple[Result, str]:
    """A problem says in words why it could not be done; whether it was begun, nobody knows here."""
    if isinstance(problem, Problem):
        return Result.FAILED, problem.sentence
    return failure(problem)
