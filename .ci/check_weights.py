#!/usr/bin/env python3
"""Sends weights from Keras through a run back to Keras, in every format, and compares every bit.

    python .ci/check_weights.py [wrn-DEPTH-K ...]
"""

import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "notebooks"))

import numpy as np

import keras_weights
import keras_wrn

READ = ("keras3.weights.h5", "keras3.keras", "keras3.h5")
WRITTEN = ("java.weights.h5", "java.keras", "java.h5")
CLASSES = 10


def wrn(*words):
    subprocess.run([ROOT / "wrn", *map(str, words)], check=True, stdout=subprocess.DEVNULL)


def network(name, variant):
    n, k = keras_wrn.parse_model(name)
    return keras_wrn.create_wide_residual_network((32, 32, 3), CLASSES, n, k, 0.0, 0, variant, "channels_last")


def draw_data(folder):
    """A data set of noise: a run needs one."""
    folder.mkdir()
    random = np.random.default_rng(1)
    for name in ("data_batch_1.bin", "test_batch.bin"):
        records = random.integers(0, 256, (200, 3073), np.uint8)
        records[:, 0] = np.arange(200) % CLASSES
        records.tofile(folder / name)
    return folder


def check(name, variant, data, folder):
    model = network(name, variant)
    keras_weights.shake(model, 1)
    weights = model.get_weights()
    for source in READ:
        (model.save_weights if ".weights." in source else model.save)(folder / source)
        run = folder / f"run-{source}"
        wrn("weights", "import", "--from", folder / source, "--model", name, "--classes", CLASSES,
            "--variant", variant, "--data", data, "--run-dir", run)  # fmt: skip
        for target in WRITTEN:
            wrn("weights", "export", "--run-dir", run, "--to", folder / target)
            loaded = network(name, variant)
            loaded.load_weights(folder / target)
            for before, after, weight in zip(weights, loaded.get_weights(), loaded.weights, strict=True):
                if before.tobytes() != after.tobytes():
                    raise SystemExit(f"{name}, {variant}: {weight.path} differs on its way from {source} to {target}.")
    whole = keras_wrn.keras.models.load_model(folder / "java.keras")
    if keras_wrn.describe(whole) != keras_wrn.describe(model):
        raise SystemExit(f"{name}, {variant}: load_model makes another model of java.keras.")
    images = np.random.default_rng(2).normal(size=(2, 32, 32, 3)).astype(np.float32)
    np.testing.assert_array_equal(whole.predict(images, verbose=0), model.predict(images, verbose=0))
    values = sum(weight.size for weight in weights)
    print(f"{name}, {variant}: {len(weights)} tensors, {values:,} values bit for bit, from {READ} to {WRITTEN}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        data = draw_data(folder / "noise")
        for name in sys.argv[1:] or ("wrn-10-1", "wrn-16-2"):
            for variant in keras_wrn.VARIANTS:
                (folder / f"{name}-{variant}").mkdir()
                check(name, variant, data, folder / f"{name}-{variant}")
