"""Checks a machine with NVIDIA GPUs, measures ours on them beside the peers, and writes RESULTS-<GPU>.md.

nvidia.py says what the machine has, gpu_rows.py what is measured, gpu_checks.py what is checked, turns.py how.
"""

import argparse
import datetime
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import gpu_checks
import gpu_predictions
import gpu_rows
import machine
import nvidia
import results
import turns

HERE = pathlib.Path(__file__).parent
ROOT = gpu_checks.ROOT
ASK_PEER = {
    "Keras": "import keras, tensorflow as t; print(f'Keras {keras.__version__}, TF {t.__version__}')\n"
    "print(len(t.config.list_physical_devices('GPU')))",
    "PyTorch": "import torch; print('PyTorch', torch.__version__); print(torch.cuda.device_count())",
}


def installed_peers(python, on_cpu):
    """The names of the peers of a Python, with their versions, and a sentence for each that cannot be compared."""
    peers, notes = {}, []
    for peer, question in ASK_PEER.items():
        answer = subprocess.run([python, "-c", question], capture_output=True, text=True)
        lines = answer.stdout.splitlines()
        if answer.returncode:
            notes.append(f"{peer} is left out: it is not installed for the Python that `--python` or WRN_PYTHON names.")
        elif lines[-1] == "0" and not on_cpu:
            notes.append(f"{lines[-2]} is left out: it sees no GPU.")
        else:
            peers[peer] = lines[-2]
    return peers, notes


def settings_of_peers(peers, python, form, model, number_format):
    """Each peer in its ways; in a dry run in one of them."""
    what = ("train", "--model", model, "--batch-size", form.batch_size, "--steps", form.steps, "--warm-up", 2)
    what += ("--precision", number_format.lower())
    ways = {
        "Keras": ("keras_peer.py", (("fit", ()), ("fit, XLA", ("--jit",)))),
        "PyTorch": ("torch_peer.py", (("eager", ()), ("compile", ("--compile",)))),
    }
    return [
        turns.Setting(name, way, (python, HERE / "peers" / ways[peer][0], *what, *words))
        for peer, name in peers.items()
        for way, words in ways[peer][1][: None if form.every_format else 1]
    ]


def rows(form, known, peers, python, device):
    """What turns.py measures, and sentences about what is left out."""
    chosen, skipped = gpu_rows.choose(form, known)
    made = []
    for model, name, _, variants in chosen:
        settings = []
        for variant in variants:
            command = ("bench", "train", "--model", model, "--batch-size", form.batch_size * variant.devices)
            command += ("--steps", form.steps, "--device", device, *variant.words, "--json")
            predicted = gpu_predictions.images_per_second(model, variant.devices, form.batch_size, name)
            predicted = 0 if "--xla" in variant.words else predicted
            settings.append(
                turns.Setting(variant.contender, variant.setting, (ROOT / "wrn", *command), predicted=predicted)
            )
        if form.every_format or not made:
            settings += settings_of_peers(peers, python, form, model, name)
        title = f"Training step, {model.upper()}, {name}, batches of {form.batch_size} for each device"
        made.append(turns.Row(title, "images_per_second", "images/s", settings))
    return made, skipped


def page(title, facts, notes, tables, form):
    """The page as Markdown."""
    text = f"# {title}\n\nWritten by `benchmarks/gpu` on {datetime.date.today()} at revision {results.revision()}; "
    text += f"rounds: {form.rounds}, in which the contenders took turns, each in a fresh process, "
    text += f"for {form.steps} steps. "
    text += "Of a peer the setting is shown whose median was best. Ratios are of medians; there is no difference where "
    text += "spreads (lowest to highest) overlap. Memory is that of the process on the host.\n"
    text += f"Predictions are those of docs/scaling.md, which are made for {gpu_predictions.MACHINE} without XLA.\n\n"
    text += "".join(f"- {fact}\n" for fact in facts + notes) + "\n"
    return text + "\n".join(table.text(None) for table in tables)


def describe_gpus(found, cuda, cudnn):
    counted = f"{len(found)} × {found[0]}" if len(set(found)) == 1 else "; ".join(map(str, found))
    return [f"GPU: {counted}; driver {found[0].driver}, CUDA {cuda}, cuDNN {cudnn}."]


def options():
    parser = argparse.ArgumentParser(prog="benchmarks/gpu", description=__doc__)
    parser.add_argument("--on-cpu", action="store_true", help="a dry run of it, which measures nothing; needs no GPU")
    parser.add_argument("--steps", type=int, default=300, help="timed steps of a measurement (default: 300)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each contender runs (default: 3)")
    parser.add_argument(
        "--python", default=os.environ.get("WRN_PYTHON", sys.executable),
        help="the Python whose Keras and PyTorch are compared (default: $WRN_PYTHON or this one)",
    )  # fmt: skip
    parser.add_argument("--to", type=pathlib.Path, help="the page (default: benchmarks/RESULTS-<GPU>.md)")
    return parser.parse_args()


def prepare(asked):
    """What is measured on, as (form, title, path, facts); raises nvidia.Unusable where that cannot be."""
    if asked.on_cpu:
        fact = f"**This is a dry run on a CPU. Its figures say nothing of any speed.** Machine: {machine.describe()}."
        return gpu_rows.Form.dry(), "A dry run, no measurement", ROOT / "target/RESULTS-dry-run.md", [fact]
    found = nvidia.gpus()
    nvidia.check(found)
    facts = describe_gpus(found, *nvidia.cuda_and_cudnn())
    os.environ["WRN_PROFILE"] = "gpu"  # ./wrn then builds with CUDA
    seen = gpu_checks.run("devices")
    count = sum(device["type"] == "GPU" for device in seen["devices"])
    if not count:
        raise nvidia.Unusable(f"nvidia-smi shows {found[0].name}, but TensorFlow does not: see `./wrn devices`.")
    facts.append(f"Host: {machine.describe()}; TensorFlow {seen['tensorflow']} uses {count} of the GPUs.")
    print("Running the tests of the GPU build ...", flush=True)
    facts.append(gpu_checks.tests(ROOT / "target/gpu-tests.log"))
    path = HERE / f"RESULTS-{re.sub(r'[^A-Za-z0-9]+', '-', found[0].name)}.md"
    return gpu_rows.Form.of_gpus(count, asked.steps, asked.rounds), f"Speed on {found[0].name}", path, facts


def main():
    asked = options()
    try:
        form, title, path, facts = prepare(asked)
    except (nvidia.Unusable, gpu_checks.Broken) as error:
        print(f"No GPU can be measured: {error}", file=sys.stderr)
        return 2
    path, device = asked.to or path, "cpu" if asked.on_cpu else "auto"
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        words = (*form.training, "--device", device)
        for fact in gpu_checks.all_the_way(pathlib.Path(folder), form.models[0], words):
            print(fact, flush=True)
            facts.append(fact)
    help_text = subprocess.run([ROOT / "wrn", "bench", "train", "--help"], check=True, capture_output=True, text=True)
    peers, notes = installed_peers(asked.python, asked.on_cpu)
    measured, skipped = rows(form, gpu_rows.options(help_text.stdout), peers, asked.python, device)
    tables = []
    for row in measured:
        tables.append(turns.measure(row, form.rounds))
        path.write_text(page(title, facts, notes + skipped, tables, form), encoding="utf-8")
    print(*notes, *skipped, f"Written to {path}.", sep="\n")
    failed = any(table.failures for table in tables) or any(fact.startswith("**Failed**") for fact in facts)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
