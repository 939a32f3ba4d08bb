"""What every measuring program shares: the machine in words, timing in turns, and tables of ratios."""

import gc
import math
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

Program = Callable[[], object]


def machine() -> str:
    """Processor, cores and Python in one line, for the record beside the figures."""
    return (
        f"{_processor()}, {len(os.sched_getaffinity(0))} cores, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def time_in_turns(programs: Mapping[str, Program], *, rounds: int) -> dict[str, list[float]]:
    """Processor seconds of each program in each round; for programs that never wait.

    The programs take turns, so that whatever else the machine does meanwhile falls on all of them.
    """
    seconds: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            gc.collect()
            begin = time.process_time()
            program()
            seconds[name].append(time.process_time() - begin)
    return seconds


def ratio(base: Sequence[float], other: Sequence[float]) -> float:
    """How many times faster `other` is than `base`: the median of the rounds' own ratios."""
    return statistics.median(b / o for b, o in zip(base, other, strict=True))


def quantile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all kept; not a number when there is none."""
    if not values:
        return math.nan
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def load() -> str:
    """How many wanted to run in the last minute: what else the machine did meanwhile."""
    return f"{os.getloadavg()[0]:.1f}"


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table in Markdown, ready for docs/benchmarks.md."""
    cells = [[str(cell) for cell in row] for row in [columns, *rows]]
    widths = [max(len(row[n]) for row in cells) for n in range(len(columns))]
    lines = ["| " + " | ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) + " |" for row in cells]
    lines.insert(1, "|" + "|".join("-" * (w + 2) for w in widths) + "|")
    return "\n".join([f"### {title}", "", machine(), "", *lines])
