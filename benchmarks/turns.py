"""Lets the contenders of a row take turns, one fresh process each.

In the first two rounds every setting of a contender runs, and the one with the best median goes on to the other rounds.
A row in which a spread is over 15 % of its median is measured once more. What fails is marked, and the others go on.
"""

import dataclasses
import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

import results

HERE = pathlib.Path(__file__).parent
QUALIFYING = 2  # rounds in which all settings run


class Failed(Exception):
    """A setting that did not get to its end."""


@dataclasses.dataclass(frozen=True)
class Setting:
    """One way in which a contender can run; the last line of its output is JSON with what was measured."""

    contender: str
    name: str
    command: tuple
    predicted: float = dataclasses.field(default=0, kw_only=True)  # of the row's metric; 0 where nothing is

    def __str__(self):
        return f"{self.contender} ({self.name})" if self.name else self.contender

    def measure(self, folder):
        """What it says of itself, and the time and memory of its process, which are measured from outside."""
        command = [str(word).replace("{folder}", folder) for word in self.command]
        with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
            start = time.perf_counter()
            process = subprocess.Popen(command, stdout=output, stderr=errors, cwd=HERE)
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            errors.seek(0)
            if process.returncode:
                print(f"{' '.join(command)}\n{errors.read()[-2000:]}", file=sys.stderr)
                code = process.returncode
                raise Failed(f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit status {code}")
            lines = output.read().splitlines()
        if not lines:
            raise Failed("said nothing")
        measured = json.loads(lines[-1])
        measured = measured["rows"][0] if "rows" in measured else measured
        scale = 1 if sys.platform == "darwin" else 1024
        return measured | {"process_seconds": seconds, "peak_rss_bytes": usage.ru_maxrss * scale}


@dataclasses.dataclass(frozen=True)
class Row:
    title: str
    metric: str
    unit: str
    settings: list
    more_is_better: bool = True
    prepare: Callable = lambda: None
    text: str = ""  # what is in it


def measure(row, rounds):
    """The table of a row."""
    print(row.title, flush=True)
    row.prepare()
    table = take_turns(row, rounds)
    if not table.unsteady:
        return table
    print("  A spread is over 15 % of its median; once more:", flush=True)
    return dataclasses.replace(take_turns(row, rounds), repeated=True)


def take_turns(row, rounds):
    measured = {setting: [] for setting in row.settings}
    failures = {}

    def run(settings, count):
        for setting in count * settings:
            if setting in failures:
                continue
            try:
                with tempfile.TemporaryDirectory() as folder:
                    measured[setting].append(setting.measure(folder))
                print(f"  {setting}: {measured[setting][-1][row.metric]:.4g} {row.unit}", flush=True)
            except Failed as failure:
                failures[setting] = str(failure)
                print(f"  {setting}: {failure}", flush=True)

    def merit(setting):
        if setting in failures:
            return -float("inf")
        median = statistics.median(one[row.metric] for one in measured[setting])
        return median if row.more_is_better else -median

    run(row.settings, min(rounds, QUALIFYING))
    contenders = dict.fromkeys(setting.contender for setting in row.settings)
    best = [max((s for s in row.settings if s.contender == name), key=merit) for name in contenders]
    run(best, rounds - QUALIFYING)
    lines = [line(row, setting, [] if setting in failures else measured[setting]) for setting in best]
    return results.Table(row, lines, failures)


def line(row, setting, measured):
    if not measured:
        return results.Line(setting.contender, setting.name, [], predicted=setting.predicted)
    return results.Line(
        setting.contender,
        setting.name,
        [one[row.metric] for one in measured],
        max(one.get("peak_rss_bytes", 0) for one in measured),
        statistics.median(one.get("gflops", 0) for one in measured),
        setting.predicted,
    )
