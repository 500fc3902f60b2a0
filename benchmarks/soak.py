#!/usr/bin/env python3
"""Trains while it kills, fills, and damages; the end must have the bits of a training that nobody disturbed.

    sudo benchmarks/soak.py --data-dir DIR [--minutes 120] [--epochs 5] [--every 120] [--seed 1]

Needs Linux; fills the disk only as root, who may mount a small one. First a training runs undisturbed. Then the same
one is run over and over, as often as the minutes allow, each disturbed every so many seconds on average: kill -9; SIGTERM;
kill -9 and the newest checkpoint damaged; the disk full until the training gives up. After each it is resumed. Each
that ends must have the first one's checkpoints, export and history. The last line is JSON; the code is 0 if all of
them had, no process died of itself and none hung.
"""

import argparse
import collections
import csv
import hashlib
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TIMES = {"seconds", "images_per_second", "data_wait"}
DAMAGES = ("flip-data", "cut-data", "cut-index", "flip-index", "flip-json", "remove")
HANG = 600  # seconds in which a training must end that cannot go on or was asked to stop


def say(*words):
    print(time.strftime("%H:%M:%S"), *words, flush=True)


class Training:
    """A process that trains in a folder, and the memory it takes."""

    def __init__(self, options, folder):
        words = [options.wrn, "train", "--run-dir", folder, "--checkpoint-every", options.checkpoint_every]
        if (folder / "run.json").exists():
            words += ["--resume"]
        else:
            words += ["--data", "cifar10", "--data-dir", options.data_dir, "--model", "wrn-10-1", "--seed", 7]
            words += ["--batch-size", 128, "--epochs", options.epochs, "--deterministic"]
            words += ["--steps-per-epoch", options.steps_per_epoch]
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([*map(str, words)], stdout=self.log, stderr=self.log)
        self.resident = []  # MiB, each second

    def wait(self, seconds):
        """Waits for the end, or so long; returns the exit code, or nothing."""
        end = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < end:
            status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
            if match := re.search(r"VmRSS:\s+(\d+)", status):
                self.resident.append(int(match.group(1)) / 1024)
            time.sleep(1)
        return self.process.poll()

    def signal(self, number, seconds=HANG):
        self.process.send_signal(number)
        return self.wait(seconds)

    def output(self):
        self.log.seek(0)
        return self.log.read()


def checkpoints(folder):
    return sorted(path for path in (folder / "checkpoints").glob("step-*") if path.name[5:].isdigit())


def damage(folder, dice, kinds):
    """Damages the newest checkpoint if there is one more; returns what was done."""
    paths = checkpoints(folder)
    if len(paths) < 2:
        return None
    kind = dice.choice(kinds)
    files = {"data": "model.data-00000-of-00001", "index": "model.index", "json": "model.json"}
    part = dice.choice(sorted(files)) if kind == "remove" else kind.split("-")[1]
    file = paths[-1] / files[part]
    if kind == "remove":
        file.unlink()
    elif kind.startswith("cut"):
        os.truncate(file, dice.randrange(file.stat().st_size))
    else:
        content = bytearray(file.read_bytes())
        content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
        file.write_bytes(content)
    return f"{kind} {file.relative_to(folder)}"


def fill(folder):
    """Takes the last byte of the disk; returns the file that holds it."""
    file = folder.parent / "full"
    with open(file, "wb", buffering=0) as out:
        for size in (1 << 16, 1):
            try:
                while True:
                    out.write(b"x" * size)
            except OSError:
                pass
    return file


def bits(folder):
    """What must not depend on disturbances: checksums of checkpoints and export, and the history without times."""
    found = {}
    files = [*(folder / "checkpoints").glob("step-*[0-9]/*"), *folder.glob("saved-model/*/variables/*")]
    for path in files:
        content = path.read_bytes()
        if path.name == "epoch.json":
            content = re.sub(rb'"(seconds|waitSeconds)":[^,}]*', b"", content)
        found[str(path.relative_to(folder))] = hashlib.sha256(content).hexdigest()
    with open(folder / "history.csv") as lines:
        rows = [{key: value for key, value in row.items() if key not in TIMES} for row in csv.DictReader(lines)]
    return found | {"history": json.dumps(rows)}


def leftovers(folder):
    """Unfinished files that the end of a training should not leave."""
    return [str(path.relative_to(folder)) for path in folder.rglob(".*") if path.name != ".lock"]


def disturbed(options, folder, dice, counts, faults):
    """Runs a training to its end through disturbances; returns the highest resident memory of its processes, in MiB."""
    peaks = []
    kinds = ["kill"] * 6 + ["term"] * 2 + ["damage"] * 2 + (["full"] * 2 if os.geteuid() == 0 else [])
    previous = ""
    while True:
        training = Training(options, folder)
        kind = dice.choice(kinds)
        code = training.wait(dice.expovariate(1 / options.every))
        event = "end"
        if code is None:
            event = kind
            counts[kind] += 1
            if kind == "term":
                code = training.signal(signal.SIGTERM)
            elif kind == "full":
                filler = fill(folder)
                code = training.wait(HANG)
                filler.unlink()
            else:
                code = training.signal(signal.SIGKILL)
                if kind == "damage":
                    event += f" {damage(folder, dice, options.damages)}"
        peaks.append(max(training.resident, default=0))
        steps = [path.name for path in checkpoints(folder)[-1:]]
        say(f"{event}: code {code}, {peaks[-1]:.0f} MiB, newest {steps}")
        output = training.output()
        if kind in ("term", "full") and code is None:
            faults.append(f"{kind}: still there after {HANG} s")
            training.signal(signal.SIGKILL)
        elif code == 0:
            return max(peaks)
        elif event == "full" and code == 1 or event == "term" and code == 143:
            say(" ", *output.strip().splitlines()[-1:])
        elif code != -signal.SIGKILL:
            faults.append(f"{event}: code {code} after '{previous}'")
            say(output)
            if previous.startswith("damage"):  # or it would end so for ever
                shutil.rmtree(checkpoints(folder)[-1])
        previous = event


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--wrn", type=pathlib.Path, default=ROOT / "wrn")
    parser.add_argument("--data-dir", type=pathlib.Path, required=True)
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--steps-per-epoch", type=int, default=390)
    parser.add_argument("--checkpoint-every", type=int, default=50, help="steps between two checkpoints")
    parser.add_argument("--every", type=float, default=120, help="seconds between two disturbances, on average")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--damages", nargs="+", choices=DAMAGES, default=DAMAGES)
    options = parser.parse_args()
    end = time.monotonic() + options.minutes * 60
    dice = random.Random(options.seed)
    counts, faults, peaks, equal = collections.Counter(), [], [], 0
    with tempfile.TemporaryDirectory(prefix="soak-") as temp:
        small = pathlib.Path(temp) / "disk"
        small.mkdir()
        if os.geteuid() == 0:
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "soak", small], check=True)
        try:
            calm = pathlib.Path(temp) / "calm"
            training = Training(options, calm)
            if training.wait(float("inf")) != 0:
                sys.exit(training.output())
            expected = bits(calm)
            third = len(training.resident) // 3
            middle, last = max(training.resident[third : 2 * third]), max(training.resident[2 * third :])
            say(f"undisturbed: {len(training.resident)} s, {middle:.0f} MiB, at last {last:.0f} MiB")
            longest = 0
            while not peaks or time.monotonic() + longest < end:
                start = time.monotonic()
                folder = small / "run"
                peaks.append(disturbed(options, folder, dice, counts, faults))
                differing = sorted(key for key, value in expected.items() if bits(folder).get(key) != value)
                faults += [f"run {len(peaks)}: {key} differs" for key in differing]
                faults += [f"run {len(peaks)}: {name} is left over" for name in leftovers(folder)]
                equal += not differing
                say(f"run {len(peaks)}: {'differs' if differing else 'the same bits'}; so far {dict(counts)}")
                shutil.rmtree(folder)
                longest = max(longest, time.monotonic() - start)
        finally:
            if os.geteuid() == 0:
                subprocess.run(["umount", "-l", small], check=True)
    figures = {"runs": len(peaks), "equal": equal, "disturbances": dict(counts), "faults": faults}
    figures["undisturbed_mib"] = {"middle_third": round(middle), "last_third": round(last)}
    print(json.dumps(figures | {"disturbed_mib": round(max(peaks, default=0))}), flush=True)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
