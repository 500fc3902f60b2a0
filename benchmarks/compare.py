"""Measures ours and every peer interleaved, and writes RESULTS.md.

Here are the rows: what is measured, of whom and by which command. turns.py says how.
"""

import argparse
import dataclasses
import os
import pathlib
import subprocess
import sys
import tempfile

import machine
import results
import turns
from turns import Row, Setting

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent
ENVIRONMENTS = pathlib.Path(os.environ.get("WRN_BENCH_CACHE", pathlib.Path.home() / ".cache/wrn-bench"))
OURS = results.OURS
SECONDS = 4  # of a measurement of inference


def wrn(name, *words, as_=OURS):
    return Setting(as_, name, (ROOT / "wrn", *words, "--json"))


def peer(contender, name, environment, script, *words):
    return Setting(contender, name, (ENVIRONMENTS / environment / "bin/python", HERE / "peers" / script, *words))


def training(model, batch_size, steps, precision):
    what = ("--model", model, "--batch-size", batch_size, "--steps", steps, "--precision", precision)
    step = ("train", *what, "--warm-up", 2)

    def ours(name, setting, *more):
        return wrn(setting, "bench", "train", *what, "--variant", "paper", *more, as_=name)

    def keras(environment, setting, *more):
        name = {"keras": "Keras 3.15, TF 2.18", "keras-newest": "Keras 3.15, TF 2.21"}[environment]
        return peer(name, setting, environment, "keras_peer.py", *step, *more)

    settings = [ours(OURS, "one tower"), ours(f"{OURS}, towers", "a tower per core", "--towers", "auto")]
    if precision == "fp32":  # which is all that Winograd's form is made for
        settings.append(ours(f"{OURS}, winograd", "one tower", "--convolutions", "winograd"))
    settings += [
        keras("keras", "fit"),
        keras("keras-newest", "fit"),
        peer("PyTorch 2.15", "eager, channels_last", "torch", "torch_peer.py", *step),
        peer("PyTorch 2.15", "compile, channels_last", "torch", "torch_peer.py", *step, "--compile"),
    ]
    if model == "wrn-16-2":  # only: on a CPU XLA is far slower, and a loop without `fit` as fast
        settings += [
            keras("keras", "fit, jit_compile", "--jit"),
            keras("keras", "own loop", "--loop", "own"),
            keras("keras-newest", "own loop", "--loop", "own"),
        ]
    title = f"Training step, {model.upper()}, {precision}, batch {batch_size}"
    return Row(title, "images_per_second", "images/s", settings)


def inference(model, batch_size, metric, folder):
    """One caller; ./wrn chooses itself how many threads compute."""
    folder = folder / model

    def write():
        if not folder.exists():
            folder.mkdir()
            # Where one of them fails, so does who needs what it should have written.
            for work in (("write", model), ("convert", "openvino"), ("convert", "onnxruntime")):
                subprocess.run([sys.executable, HERE / "inference.py", *work, folder])

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
                for name, peer in (
                    ("Keras' own export, TF 2.18", "keras"),
                    ("OpenVINO 2026.4", "openvino"),
                    ("ONNX Runtime 1.32", "onnxruntime"),
                )
                for threads in sorted({1, machine.cores()})
            ),
        ],
        more_is_better=metric == "images_per_second",
        prepare=write,
    )


def pipeline(augment, data):
    def twin(name, form):
        what = ("data", "--data-dir", data, "--epochs", 5, "--pipeline", form)
        return peer("Keras twin, tf.data", name, "keras", "keras_peer.py", *what)

    return Row(
        f"Input pipeline, shuffled batches of 128, {augment}",
        "images_per_second" if augment == "flip-crop" else "images_per_second_plain",
        "images/s",
        [
            wrn("uint8, whole batches", "bench", "data", "--data-dir", data, "--epochs", 5),
            twin("uint8, a map per image", "mapped"),
            twin("uint8, whole batches", "batched"),
        ],
    )


def epoch(model, data):
    what = ("--model", model, "--data-dir", data)
    return Row(
        f"One epoch end to end, {model.upper()}, fp32, batch 128",
        "process_seconds",
        "s",
        [
            wrn("one tower", "train", *what, "--epochs", 1, "--run-dir", "{folder}/run"),
            peer("Keras twin", "fit", "keras", "keras_peer.py", "epoch", *what, "--to", "{folder}/twin.keras"),
        ],
        more_is_better=False,
        text="From the start of the process to its end, timed from outside: reading the data, the graph, an epoch of\n"
        "training with flips and crops, an evaluation on the test set, a checkpoint with the state of the optimizer. Ours\n"
        "also draws its report, and writes and checks a SavedModel, which cannot be switched off.",
    )


def build():
    subprocess.run([ROOT / "wrn", "--help"], check=True, stdout=subprocess.DEVNULL)


def first_step(data):
    def timed(setting):
        return dataclasses.replace(setting, command=(sys.executable, HERE / "first_step.py", *setting.command))

    train = (ROOT / "wrn", "train", "--model", "wrn-16-2", "--data-dir", data, "--run-dir", "{folder}/run")
    return Row(
        "From the start of the process to the end of the first training step, WRN-16-2, fp32, batch 128",
        "seconds",
        "s",
        [
            timed(Setting(OURS, "one tower", train)),
            timed(peer("Keras twin", "fit", "keras", "keras_peer.py", "first-step", "--data-dir", data)),
        ],
        more_is_better=False,
    )


def rows(options, folder):
    precisions = ("fp32", "bf16") if machine.has_bf16() else ("fp32",)
    chosen = [
        training(model, batch_size, steps, precision)
        for model, batch_size, steps in (
            ("wrn-16-2", 128, 12),
            ("wrn-16-4", 128, 5),
            ("wrn-16-8", 64, 3),
            ("wrn-40-4", 64, 3),
            ("wrn-28-10", 32, 2),
        )
        for precision in precisions
    ]
    if options.data_dir:
        data = options.data_dir.resolve()
        data = next((inner for inner in data.glob("cifar-10*") if inner.is_dir()), data)
        chosen += [pipeline("flip-crop", data), pipeline("plain", data), first_step(data)]
    chosen.append(inference("wrn-16-2", 1, "p50_ms", folder))
    for model, batch_size in (("wrn-16-2", 8), ("wrn-16-2", 64), ("wrn-28-10", 64)):
        chosen.append(inference(model, batch_size, "images_per_second", folder))
    if options.data_dir:
        chosen.append(epoch("wrn-16-1", data))
    return [row for row in chosen if options.rows.lower() in row.title.lower()]


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
            tables.append(turns.measure(row, options.rounds))
            results.write(options.to, tables, gflops, options.rounds)
    print(f"Written to {options.to}.")


if __name__ == "__main__":
    main()
