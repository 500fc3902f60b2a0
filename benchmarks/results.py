"""The page of the results."""

import dataclasses
import datetime
import statistics
import subprocess

import machine


@dataclasses.dataclass(frozen=True)
class Line:
    """What one contender did in the rounds that count."""

    contender: str
    setting: str
    values: list
    peak_rss_bytes: int
    gflops: float = 0  # of multiplications and additions a second, in the median

    @property
    def median(self):
        return statistics.median(self.values)


def advantage(ours, other, more_is_better):
    """How many times better ours is."""
    return ours.median / other.median if more_is_better else other.median / ours.median


def table(row, lines, sgemm):
    ours = lines[0]
    text = f"## {row.title}\n\n| | setting | {row.unit}, median | spread | ours is better by | peak memory | of SGEMM |\n"
    text += "|---|---|---:|---:|---:|---:|---:|\n"
    for line in lines:
        ratio = "" if line is ours else f"{advantage(ours, line, row.more_is_better):.2f} ×"
        memory = f"{line.peak_rss_bytes / 2**20:,.0f} MiB" if line.peak_rss_bytes else ""
        share = f"{line.gflops / sgemm:.2f}" if line.gflops else ""
        spread = f"{min(line.values):,.4g} – {max(line.values):,.4g}"
        text += f"| {line.contender} | {line.setting} | {line.median:,.4g} | {spread} | {ratio} | {memory} | {share} |\n"
    return text


def write(path, tables, sgemm, rounds):
    revision = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    text = f"""# Speed, beside the peers

Written by `benchmarks/run` on {datetime.date.today()} at revision {revision or "unknown"}; {rounds} rounds in which the contenders
took turns, each in a fresh process. Of every contender the setting is shown that was fastest in the first round; ratios are
of medians.

Machine: {machine.describe()}. SGEMM (2048³; the faster of PyTorch and TensorFlow): {sgemm:.0f} GFLOP/s.

"""
    text += "\n".join(table(row, lines, sgemm) for row, lines in tables)
    path.write_text(text, encoding="utf-8")
