#!/usr/bin/env python3
"""Measures `./wrn serve` under many clients, while a version of the model is published and the old one removed.

    benchmarks/serve_load.py --saved-model models/wrn [--clients 16] [--seconds 60] [--batch-size 1]
        [--hostile 0.1]

Needs wrk on the PATH. The clients share the machine with the server. Prints one line of JSON: requests and images a
second, the median and the 99th percentile of the latency, failed requests, and the ratio of images a second to
`./wrn bench inference` with as many callers and the same batch size, measured before and after.

With --hostile SHARE that share of the clients misbehaves (hostile.py), a version comes and one goes every twenty
seconds, and wrk is not needed. Prints what the honest clients saw, and fails unless each request of theirs was answered.
"""

import argparse
import base64
import json
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

import hostile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "serving" / "star.png"
SECONDS_OF_A_VERSION = 20
UNITS_MS = {"us": 1e-3, "ms": 1, "s": 1e3, "m": 6e4}


def newest(folder):
    """The newest version in a folder of versions, or the folder itself if it is a version."""
    if (folder / "saved_model.pb").is_file():
        return folder
    return max((path for path in folder.iterdir() if path.name.isdigit()), key=lambda path: int(path.name))


def publish(model, models, version):
    """Copies a version under a name that is none, then renames it, as an export does."""
    unfinished = models / f".{version}.unfinished"
    shutil.copytree(model, unfinished)
    unfinished.rename(models / str(version))


def remove(models, version):
    removed = models / f".{version}.removed"
    (models / str(version)).rename(removed)
    shutil.rmtree(removed)


def start_server(models):
    """Starts the server on a free port; returns it and its address."""
    words = [ROOT / "wrn", "serve", "--saved-model", models, "--port", "0"]
    server = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    line = server.stdout.readline()
    return server, re.search(r"http://\S+(?=v1/models)", line).group()


def versions(address):
    with urllib.request.urlopen(address + "v1/models/wrn") as answer:
        states = json.load(answer)["model_version_status"]
    return [int(state["version"]) for state in states if state["state"] == "AVAILABLE"]


def bench(models, clients, batch_size, seconds):
    words = ["bench", "inference", "--saved-model", models, "--threads", clients, "--batch-sizes", batch_size,
             "--seconds", seconds, "--json"]  # fmt: skip
    output = subprocess.run([ROOT / "wrn", *map(str, words)], check=True, stdout=subprocess.PIPE).stdout
    return json.loads(output)["rows"][0]["images_per_second"]


def load(address, body, clients, seconds, folder):
    """Starts the clients."""
    script = folder / "post.lua"
    script.write_text(f'wrk.method = "POST"\nwrk.body = [==[{body}]==]\n')
    words = ["wrk", "-t", "1", "-c", clients, "-d", f"{seconds}s", "--timeout", "30s", "--latency", "-s", script]
    url = address + "v1/models/wrn:predict"
    return subprocess.Popen([*map(str, words), url], stdout=subprocess.PIPE, text=True)


def figures(output):
    def of(pattern):
        found = re.search(pattern, output)
        return [float(found.group(1)), *found.groups()[1:]] if found else [0]

    def milliseconds(percent):
        value, unit = of(rf"{percent}%\s+([\d.]+)(us|ms|s|m)\b")
        return value * UNITS_MS[unit]

    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
    failed = of(r"Non-2xx or 3xx responses: (\d+)")[0] + sum(map(int, errors.groups() if errors else ()))
    return of(r"Requests/sec:\s+([\d.]+)")[0], milliseconds(50), milliseconds(99), int(failed)


def attacked(models, model, body, options):
    """Lets hostile clients loose among honest ones while versions come and go; returns the figures."""
    server, address = start_server(models)
    try:
        clients = hostile.Clients(address, body, options.clients, options.hostile, options.seconds)
        version = 1
        while time.monotonic() + SECONDS_OF_A_VERSION < clients.until:
            time.sleep(SECONDS_OF_A_VERSION / 2)
            publish(model, models, version + 1)
            time.sleep(SECONDS_OF_A_VERSION / 2)
            remove(models, version)
            version += 1
        line = clients.join()
        status = pathlib.Path(f"/proc/{server.pid}/status")
        peak = re.search(r"VmHWM:\s+(\d+)", status.read_text()) if status.is_file() else None
        return line | {"versions": version, "peak_mb": int(peak.group(1)) // 1024 if peak else None}
    finally:
        server.terminate()
        server.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--saved-model", type=pathlib.Path, required=True, metavar="DIR")
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--batch-size", type=int, default=1)
    parser.add_argument("--hostile", type=float, default=0, metavar="SHARE")
    options = parser.parse_args()
    picture = {"b64": base64.b64encode(PICTURE.read_bytes()).decode()}
    body = json.dumps({"signature_name": "image_bytes", "instances": [picture] * options.batch_size})
    model = newest(options.saved_model)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        models = folder / "models"
        models.mkdir()
        publish(model, models, 1)
        if options.hostile:
            line = attacked(models, model, body, options)
            print(json.dumps(line))
            return 1 if line["failed"] else 0
        bench_seconds = max(1, options.seconds / 6)
        alone = [bench(models, options.clients, options.batch_size, bench_seconds)]
        server, address = start_server(models)
        try:
            load(address, body, options.clients, 3, folder).communicate()
            clients = load(address, body, options.clients, options.seconds, folder)
            time.sleep(options.seconds / 3)
            publish(model, models, 2)
            time.sleep(options.seconds / 3)
            served = versions(address)
            remove(models, 1)
            output, _ = clients.communicate()
        finally:
            server.terminate()
            server.wait()
        alone.append(bench(models, options.clients, options.batch_size, bench_seconds))
    if served != [2]:
        sys.exit(f"Version 2 should have answered after {2 * options.seconds / 3:.0f} s, but it was {served}.")
    rate, p50, p99, failed = figures(output)
    images = rate * options.batch_size
    line = {
        "batch_size": options.batch_size,
        "clients": options.clients,
        "requests_per_second": round(rate, 1),
        "images_per_second": round(images, 1),
        "p50_ms": round(p50, 2),
        "p99_ms": round(p99, 2),
        "failed": failed,
        "bench_images_per_second": round(statistics.mean(alone), 1),
        "ratio": round(images / statistics.mean(alone), 3),
    }
    print(json.dumps(line))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
