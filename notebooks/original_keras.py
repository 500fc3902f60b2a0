"""Trains the Keras original beside the twin, from the same weights on the same batches, and prints both losses.

    TF_USE_LEGACY_KERAS=1 python original_keras.py wide_residual_network.py --weights start.h5 --batches batches.npz

The weights are a legacy .h5 file of the variant `keras`, as `wrn weights export` writes it, the batches those of
`keras_wrn.py batches`. The original's file is taken as it is: what Keras has renamed since gets its old name here.
It must be a revision for Keras 2 without weight decay, which is what the recipe `keras` follows.
"""

import argparse
import importlib.util
import os
import pathlib
import subprocess
import sys
import tempfile
import types

os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tf_keras

TWIN = pathlib.Path(__file__).resolve().with_name("keras_wrn.py")
MEAN, STD = np.float32([125.3, 123.0, 113.9]), np.float32([63.0, 62.1, 66.7])  # the twin's own


def original(file):
    """The original's module, which imports Keras 2 by its names of long ago."""
    tf_keras.backend.image_dim_ordering = lambda: "tf"
    sys.modules["keras"] = tf_keras
    for name in ("backend", "layers", "models", "utils"):
        sys.modules[f"keras.{name}"] = getattr(tf_keras, name)
    for name in ("layers.convolutional", "layers.normalization"):
        module = sys.modules[f"keras.{name}"] = types.ModuleType(f"keras.{name}")
        module.__dict__.update(vars(tf_keras.layers))
    spec = importlib.util.spec_from_file_location("wide_residual_network", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def losses_of_original(options, images, labels, rate):
    depth, k = (int(number) for number in options.model.split("-")[1:])
    network = original(options.original).create_wide_residual_network((32, 32, 3), 10, (depth - 4) // 6, k)
    network.load_weights(options.weights, by_name=True)
    network.compile(tf_keras.optimizers.Adam(rate, epsilon=1e-7), "sparse_categorical_crossentropy")
    indices = [i % len(images) for i in range(options.passes * len(images))]
    return [network.train_on_batch((images[i] - MEAN) * (1 / STD), labels[i]) for i in indices]


def losses_of_twin(options, steps, rate):
    with tempfile.TemporaryDirectory() as folder:
        to = pathlib.Path(folder, "steps.npz")
        command = [sys.executable, TWIN, "steps", "--model", options.model, "--variant", "keras", "--optimizer", "adam"]
        command += ["--weights", options.weights, "--inputs", options.batches, "--to", to, "--decay", "0"]
        command += ["--learning-rates", ",".join([str(rate)] * steps)]
        environment = os.environ | {"TF_USE_LEGACY_KERAS": "0"}
        if subprocess.run([str(word) for word in command], env=environment).returncode:
            raise SystemExit("original_keras: the twin has not trained.")
        return np.load(to)["losses"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("original", type=pathlib.Path, help="the file with the original's create_wide_residual_network")
    parser.add_argument("--model", default="wrn-16-1")
    parser.add_argument("--weights", required=True, help="legacy .h5 file of the network, with 10 classes")
    parser.add_argument("--batches", required=True, help=".npz file of recorded batches")
    parser.add_argument("--passes", type=int, choices=(1, 2), default=1, help="how often the batches are gone through")
    options = parser.parse_args()
    for file in (options.original, options.weights, options.batches):
        if not os.path.isfile(file):
            parser.error(f"there is no file '{file}'.")
    with np.load(options.batches) as batches:
        images, labels = batches["images"], batches["labels"]
    rate = 1e-3
    ours = losses_of_original(options, images, labels, rate)
    twins = losses_of_twin(options, len(ours), rate)
    print("step  original  twin      difference")
    for step, (loss, twin) in enumerate(zip(ours, twins), 1):
        print(f"{step:4}  {loss:.6f}  {twin:.6f}  {abs(twin - loss) / loss:.1e}")


if __name__ == "__main__":
    main()
