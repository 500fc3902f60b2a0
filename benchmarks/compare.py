"""Measures ours and every peer interleaved, and writes RESULTS.md.

A row is one kind of work. In its first round every setting of a contender runs once, and the fastest one goes on to the
other rounds. In each the contenders take turns, one fresh process each. Ratios are of medians over all rounds.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable

import machine
import results

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent
ENVIRONMENTS = pathlib.Path(os.environ.get("WRN_BENCH_CACHE", pathlib.Path.home() / ".cache/wrn-bench"))
OURS = "ours"
SECONDS = 4  # of a measurement of inference


@dataclasses.dataclass(frozen=True)
class Setting:
    """One way in which a contender can run; the last line of its output is JSON with what was measured."""

    contender: str
    name: str
    command: tuple

    def measure(self, folder):
        command = [str(word).replace("{folder}", folder) for word in self.command]
        done = subprocess.run(command, capture_output=True, text=True, cwd=HERE)
        if done.returncode:
            raise RuntimeError(f"{self.contender} ({self.name}) failed:\n{' '.join(command)}\n{done.stderr[-2000:]}")
        measured = json.loads(done.stdout.strip().splitlines()[-1])
        return measured["rows"][0] if "rows" in measured else measured


@dataclasses.dataclass(frozen=True)
class Row:
    title: str
    metric: str
    unit: str
    settings: list
    more_is_better: bool = True
    prepare: Callable = lambda: None


def wrn(name, *words, as_=OURS):
    return Setting(as_, name, (ROOT / "wrn", *words, "--json"))


def peer(contender, name, environment, script, *words):
    return Setting(contender, name, (ENVIRONMENTS / environment / "bin/python", HERE / "peers" / script, *words))


def training(model, batch_size, steps, precision):
    what = ("--model", model, "--batch-size", batch_size, "--steps", steps, "--precision", precision)
    step = ("train", *what, "--warm-up", 2)
    return Row(
        f"Training step, {model.upper()}, {precision}, batch {batch_size}",
        "images_per_second",
        "images/s",
        [
            wrn("one tower", "bench", "train", *what, "--variant", "paper"),
            wrn("a tower per core", "bench", "train", *what, "--variant", "paper", "--towers", "auto", as_="ours, towers"),
            peer("Keras 3.15, TF 2.18", "fit", "keras", "keras_peer.py", *step),
            peer("Keras 3.15, TF 2.21", "fit", "keras-newest", "keras_peer.py", *step),
            peer("PyTorch 2.15", "eager, channels_last", "torch", "torch_peer.py", *step),
            peer("PyTorch 2.15", "compile, channels_last", "torch", "torch_peer.py", *step, "--compile"),
            # On the smallest network only: on a CPU XLA is far slower, and a loop without `fit` as fast.
            *(
                (
                    peer("Keras 3.15, TF 2.18", "fit, jit_compile", "keras", "keras_peer.py", *step, "--jit"),
                    peer("Keras 3.15, TF 2.18", "own loop", "keras", "keras_peer.py", *step, "--loop", "own"),
                    peer("Keras 3.15, TF 2.21", "own loop", "keras-newest", "keras_peer.py", *step, "--loop", "own"),
                )
                if model == "wrn-16-2"
                else ()
            ),
        ],
    )


def inference(model, batch_size, metric, folder):
    """One caller; ./wrn chooses itself how many threads compute."""
    folder = folder / model

    def write():
        if not folder.exists():
            folder.mkdir()
            subprocess.run([sys.executable, HERE / "inference.py", "write", model, folder], check=True)

    def call(name, peer, threads):
        command = (sys.executable, HERE / "inference.py", "call", peer, folder, batch_size, threads, SECONDS)
        return Setting(name, f"threads: {threads}", command)

    java = ("--saved-model", folder / "java", "--batch-sizes", batch_size, "--seconds", SECONDS)
    return Row(
        f"Inference, {model.upper()}, fp32, batch {batch_size}",
        metric,
        {"p50_ms": "ms", "images_per_second": "images/s"}[metric],
        [
            wrn("", "bench", "inference", *java),
            *(
                call(name, peer, threads)
                for name, peer in (("Keras' own export, TF 2.18", "keras"), ("OpenVINO 2026.4", "openvino"))
                for threads in sorted({1, machine.cores()})
            ),
        ],
        more_is_better=metric == "images_per_second",
        prepare=write,
    )


def pipeline(augment, data):
    return Row(
        f"Input pipeline, shuffled batches of 128, {augment}",
        "images_per_second" if augment == "flip-crop" else "images_per_second_plain",
        "images/s",
        [
            wrn("uint8", "bench", "data", "--data-dir", data, "--epochs", 5),
            peer("Keras twin, tf.data", "a map per image", "keras", "keras_peer.py", "data", "--data-dir", data),
        ],
    )


def epoch(model, data):
    return Row(
        f"One epoch end to end, {model.upper()}, batch 128: data, training, evaluation, checkpoint",
        "seconds",
        "s",
        [
            wrn(
                "fp32", "train", "--model", model, "--epochs", 1, "--data-dir", data, "--run-dir", "{folder}/run",
            ),
            peer(
                "Keras twin, fit", "fit", "keras", "keras_peer.py", "epoch", "--model", model, "--data-dir", data,
                "--weights", "{folder}/twin.weights.h5",
            ),
        ],
        more_is_better=False,
    )  # fmt: skip


def build():
    subprocess.run([ROOT / "wrn", "--help"], check=True, stdout=subprocess.DEVNULL)


def first_step(data):
    return Row(
        "From the start to the end of the first training step, WRN-16-2, batch 128",
        "seconds",
        "s",
        [
            Setting(OURS, "fp32", (sys.executable, HERE / "first_step.py", data)),
            peer("Keras twin, fit", "fit", "keras", "keras_peer.py", "first-step", "--data-dir", data),
        ],
        more_is_better=False,
    )


def rows(options, folder):
    precisions = ("fp32", "bf16") if machine.has_bf16() else ("fp32",)
    chosen = [
        training(model, batch_size, steps, precision)
        for model, batch_size, steps in (("wrn-16-2", 128, 12), ("wrn-16-4", 128, 5), ("wrn-28-10", 32, 2))
        for precision in precisions
    ]
    if options.data_dir:
        data = options.data_dir.resolve()
        data = next((inner for inner in data.glob("cifar-10*") if inner.is_dir()), data)
        chosen += [pipeline("flip-crop", data), pipeline("plain", data), first_step(data)]
    chosen += [inference("wrn-16-2", 1, "p50_ms", folder), inference("wrn-16-2", 64, "images_per_second", folder)]
    if options.data_dir:
        chosen.append(epoch("wrn-16-1", data))
    return [row for row in chosen if options.rows.lower() in row.title.lower()]


def measure(row, rounds):
    """The measurements of each contender by name, the fastest of its settings first."""

    def run(setting):
        with tempfile.TemporaryDirectory() as folder:
            measured = setting.measure(folder)
        print(f"  {setting.contender}, {setting.name}: {measured[row.metric]:.4g} {row.unit}", flush=True)
        return measured

    print(row.title, flush=True)
    row.prepare()
    best = {}
    measured = {}
    for setting in row.settings:
        first = run(setting)
        value = first[row.metric] * (1 if row.more_is_better else -1)
        if setting.contender not in best or value > best[setting.contender][0]:
            best[setting.contender] = (value, setting)
            measured[setting.contender] = [first]
    for _ in range(rounds - 1):
        for contender, (_, setting) in best.items():
            measured[contender].append(run(setting))
    return [
        results.Line(
            contender,
            setting.name,
            [one[row.metric] for one in measured[contender]],
            max(one.get("peak_rss_bytes", 0) for one in measured[contender]),
            statistics.median(one.get("gflops", 0) for one in measured[contender]),
        )
        for contender, (_, setting) in best.items()
    ]


def main():
    parser = argparse.ArgumentParser(prog="benchmarks/run", description=__doc__)
    data = os.environ.get("WRN_DATA_DIR")
    parser.add_argument("--rounds", type=int, default=5, help="how often each contender runs (default: 5)")
    parser.add_argument("--rows", default="", metavar="TEXT", help="only the rows whose title has this text in it")
    parser.add_argument(
        "--data-dir", type=pathlib.Path, default=data,
        help="where CIFAR-10 is (default: $WRN_DATA_DIR); without it the rows that need it are left out",
    )  # fmt: skip
    parser.add_argument("--to", type=pathlib.Path, default=HERE / "RESULTS.md", help="the file of the results")
    options = parser.parse_args()
    build()
    gflops = max(
        peer("SGEMM", name, name, script, "sgemm").measure(folder="")["gflops"]
        for name, script in (("torch", "torch_peer.py"), ("keras", "keras_peer.py"))
    )
    print(f"SGEMM: {gflops:.0f} GFLOP/s", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        tables = []
        for row in rows(options, pathlib.Path(folder)):
            tables.append((row, measure(row, options.rounds)))
            results.write(options.to, tables, gflops, options.rounds)
    print(f"Written to {options.to}.")


if __name__ == "__main__":
    main()
