"""The page of the results."""

import dataclasses
import datetime
import statistics
import subprocess

import machine

OURS = "ours"
STEADY = 0.15  # the widest spread, as a share of the median


@dataclasses.dataclass(frozen=True)
class Line:
    """What one contender did in the rounds that count; without values it failed."""

    contender: str
    setting: str
    values: list
    peak_rss_bytes: int = 0
    gflops: float = 0  # of multiplications and additions a second, in the median
    predicted: float = 0  # what a model says; 0 where it says nothing

    @property
    def median(self):
        return statistics.median(self.values)

    @property
    def is_ours(self):
        return self.contender.startswith(OURS)

    @property
    def is_steady(self):
        return not self.values or max(self.values) - min(self.values) <= STEADY * self.median


@dataclasses.dataclass(frozen=True)
class Table:
    """A row of the benchmark: its lines, the first of them ours, and what is to be said of them."""

    row: object
    lines: list
    failures: dict  # why, by contender and setting
    repeated: bool = False

    @property
    def unsteady(self):
        return [line.contender for line in self.lines if not line.is_steady]

    def text(self, sgemm):
        row, ours = self.row, self.lines[0]
        text = f"## {row.title}\n\n" + (f"{row.text}\n\n" if row.text else "")
        predicted = any(line.predicted for line in self.lines)
        text += f"| | setting | {row.unit}, median | spread | ours is better by | peak memory | of SGEMM |"
        text += (" predicted |\n" if predicted else "\n") + "|---|---|---:|---:|---:|---:|---:|"
        text += "---:|\n" if predicted else "\n"
        for line in self.lines:
            advantage = advantage_over(line, ours, row.more_is_better)
            text += f"| {line.contender} | {line.setting} | {figures(line)} | {advantage} | {costs(line, sgemm)} |"
            text += (f" {line.predicted:,.0f} |\n" if line.predicted else "  |\n") if predicted else "\n"
        if self.repeated:
            text += "\nMeasured twice, because a spread was over 15 % of its median; the second time counts.\n"
        if self.unsteady:
            text += f"\n**Unsteady**: the spread is still as wide of {'; '.join(self.unsteady)}.\n"
        for setting, reason in self.failures.items():
            text += f"\n**Failed**: {setting}: {reason}.\n"
        return text


def figures(line):
    """The median and the spread."""
    if not line.values:
        return "failed | "
    return f"{line.median:,.4g} | {min(line.values):,.4g} – {max(line.values):,.4g}"


def costs(line, sgemm):
    """The memory, and the share of what the machine can compute, if that was measured."""
    memory = f"{line.peak_rss_bytes / 2**20:,.0f} MiB" if line.peak_rss_bytes else ""
    share = f"{line.gflops / sgemm:.2f}" if line.gflops and sgemm else ""
    return f"{memory} | {share}"


def advantage_over(other, ours, more_is_better):
    """How many times better ours is than a peer, if every value of one is better than every value of the other."""
    if other.is_ours or not ours.values or not other.values:
        return ""
    if min(ours.values) <= max(other.values) and min(other.values) <= max(ours.values):
        return "no difference"
    ratio = ours.median / other.median if more_is_better else other.median / ours.median
    return f"{ratio:.2f} ×"


def revision():
    command = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip() or "unknown"


def write(path, tables, sgemm, rounds):
    text = f"""# Speed, beside the peers

Written by `benchmarks/run` on {datetime.date.today()} at revision {revision()}; {rounds} rounds in which
the contenders took turns, each in a fresh process. Of every contender the setting is shown whose median was best in the first
two. Ratios are of medians; there is no difference where spreads (lowest to highest) overlap. Memory is the most that a
process held. The share of SGEMM counts the multiplications of direct convolutions: Winograd's form needs fewer, and its
share can be over 1.

Machine: {machine.describe()}. SGEMM (2048³; the faster of PyTorch and TensorFlow): {sgemm:.0f} GFLOP/s.

"""
    text += "\n".join(table.text(sgemm) for table in tables)
    path.write_text(text, encoding="utf-8")
