#!/usr/bin/env python3
"""Compares the speed of an export with Keras' own export of the twin and with OpenVINO, on this machine.

    benchmarks/run inference [--models wrn-16-2,wrn-28-10] [--rounds 5] [--seconds 4]

The same weights go everywhere: drawn by Keras, imported and exported by ./wrn, written by Keras' model.export(),
which OpenVINO converts. Every measurement is a process of its own with one caller; the peers take turns in
rounds, so that what else happens on the machine meets all of them. TensorFlow runs with the same oneDNN setting on
both sides. Java chooses by itself how many threads compute; Keras and OpenVINO are measured with one thread and with
one for each core, and the better one counts. Java takes bytes and normalises them; the others get normalised floats.

Prints a line of JSON for each peer, model and batch size: medians of the rounds, and the median of the rounds'
ratios to Keras (latency_ratio: smaller is faster; throughput_ratio: larger is faster).
"""

import argparse
import collections
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
CORES = len(os.sched_getaffinity(0))
SETTINGS = [("java", 0), *((peer, threads) for peer in ("keras", "openvino") for threads in sorted({1, CORES}))]
WARM_UP_CALLS = 10
CLASSES = 10


def wrn(*words):
    answer = subprocess.run([ROOT / "wrn", *map(str, words)], check=True, capture_output=True)
    return answer.stdout.decode()


def write_models(name, folder):
    """Writes the Keras twin's export and that of ./wrn, of the same weights."""
    sys.path.insert(0, str(ROOT / "notebooks"))
    import keras_weights
    import keras_wrn
    import numpy as np

    n, k = keras_wrn.parse_model(name)
    model = keras_wrn.create_wide_residual_network((32, 32, 3), CLASSES, n, k, 0.0, 0, "paper", "channels_last")
    keras_weights.shake(model, 1)
    model.export(folder / "keras", verbose=False)
    model.save_weights(folder / "twin.weights.h5")
    records = np.random.default_rng(1).integers(0, 256, (200, 3073), np.uint8)
    records[:, 0] = np.arange(200) % CLASSES
    (folder / "noise").mkdir()
    for file in ("data_batch_1.bin", "test_batch.bin"):
        records.tofile(folder / "noise" / file)
    wrn("weights", "import", "--from", folder / "twin.weights.h5", "--model", name, "--classes", CLASSES,
        "--variant", "paper", "--data", folder / "noise", "--run-dir", folder / "run")  # fmt: skip
    wrn("export", "--run-dir", folder / "run", "--to", folder / "java")


def convert(folder):
    import openvino as ov

    ov.save_model(ov.convert_model(folder / "keras"), folder / "openvino.xml", compress_to_fp16=False)


def keras(folder, batch, threads):
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    model = tf.saved_model.load(str(folder / "keras"))
    images = tf.random.stateless_normal((batch, 32, 32, 3), (1, 2))
    return lambda: model.serve(images).numpy()


def openvino(folder, batch, threads):
    import numpy as np
    import openvino as ov

    core = ov.Core()
    options = {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": "f32",
        "INFERENCE_NUM_THREADS": threads,
    }
    model = core.read_model(folder / "openvino.xml")
    model.reshape([batch, 32, 32, 3])
    request = core.compile_model(model, "CPU", options).create_infer_request()
    images = np.random.default_rng(1).normal(size=(batch, 32, 32, 3)).astype(np.float32)
    return lambda: request.infer([images])


def work(peer, folder, batch, threads, seconds):
    """Calls a peer again and again; prints the median time and the images in a second."""
    call = {"keras": keras, "openvino": openvino}[peer](folder, batch, threads)
    for _ in range(WARM_UP_CALLS):
        call()
    times, start = [], time.perf_counter()
    while len(times) < 5 or time.perf_counter() - start < seconds:
        before = time.perf_counter()
        call()
        times.append(time.perf_counter() - before)
    elapsed = time.perf_counter() - start
    print(json.dumps({"p50_ms": 1e3 * statistics.median(times), "images_per_second": batch * len(times) / elapsed}))


def measure(peer, folder, batch, threads, seconds):
    if peer == "java":
        output = wrn("bench", "inference", "--saved-model", folder / "java", "--batch-sizes", batch,
                     "--seconds", seconds, "--json")  # fmt: skip
        return json.loads(output)["rows"][0]
    words = [sys.executable, __file__, "work", peer, folder, batch, threads, seconds]
    answer = subprocess.run(list(map(str, words)), check=True, stdout=subprocess.PIPE)
    return json.loads(answer.stdout.splitlines()[-1])


def compare(name, folder, batch, rounds, seconds):
    """Measures all in turn and prints what came of it."""
    rows = collections.defaultdict(list)
    for _ in range(rounds):
        for setting in SETTINGS:
            peer, threads = setting
            rows[setting].append(measure(peer, folder, batch, threads, seconds))

    def median(setting, key):
        return statistics.median(row[key] for row in rows[setting])

    best = {}
    for setting in SETTINGS:
        peer = setting[0]
        if peer not in best or median(setting, "p50_ms") < median(best[peer], "p50_ms"):
            best[peer] = setting
    for peer, setting in best.items():
        pairs = list(zip(rows[setting], rows[best["keras"]]))
        line = {
            "model": name,
            "batch_size": batch,
            "peer": peer,
            "threads": setting[1] or "own choice",
            "p50_ms": round(median(setting, "p50_ms"), 3),
            "images_per_second": round(median(setting, "images_per_second"), 1),
            "latency_ratio": ratio(pairs, "p50_ms"),
            "throughput_ratio": ratio(pairs, "images_per_second"),
            "rounds": rounds,
        }
        print(json.dumps(line), flush=True)


def ratio(pairs, key):
    return round(statistics.median(row[key] / keras_row[key] for row, keras_row in pairs), 3)


def main():
    if sys.argv[1:2] == ["work"]:
        peer, folder, batch, threads, seconds = sys.argv[2:]
        return work(peer, pathlib.Path(folder), int(batch), int(threads), float(seconds))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", default="wrn-16-2,wrn-28-10", metavar="NAME,...")
    parser.add_argument("--batch-sizes", default="1,64", metavar="N,...")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4, help="how long a measurement takes (default: 4)")
    parser.add_argument("--folder", type=pathlib.Path, help="where the models stay (default: nowhere)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        for name in options.models.split(","):
            folder = (options.folder or pathlib.Path(temporary)) / name
            if not (folder / "openvino.xml").exists():
                folder.mkdir(parents=True)
                write_models(name, folder)
                convert(folder)
            for batch in map(int, options.batch_sizes.split(",")):
                compare(name, folder, batch, options.rounds, options.seconds)


if __name__ == "__main__":
    main()
