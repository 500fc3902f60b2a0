"""Writes what Keras says of the network into the Java tests' resources, where `mvn verify` compares with it.

python make_golden.py
"""

import contextlib
import io
import os
import pathlib
import tempfile

os.environ["COLUMNS"] = "80"  # the width of the summary's table where there is no terminal

import keras_wrn  # before TensorFlow, whose environment it sets

import numpy as np

import keras_training
import keras_weights

ROOT = pathlib.Path(__file__).resolve().parent.parent
LAYERS = ROOT / "wrn-model/src/test/resources/golden"
NUMBERS = ROOT / "wrn-train/src/test/resources/golden"
STEPS = {
    "nesterov": {"rates": (5e-4, 5e-4, 5e-4, 1e-4, 1e-4), "decay": 0.8},
    "adam": {"rates": (1e-4, 1e-4, 1e-4, 2e-5, 2e-5), "decay": 0.0},
}
WHOLE = 600  # tensors of more values are stored as samples
SAMPLES = 64


def run(*arguments):
    """What a command of the twin prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        if keras_wrn.main([str(argument) for argument in arguments]):
            raise SystemExit(f"keras_wrn {' '.join(map(str, arguments))} failed")
    return printed.getvalue()


def write_layers():
    for variant, depth, k, data_format in (
        ("keras", 16, 1, "channels_last"),
        ("paper", 16, 1, "channels_last"),
        ("keras", 16, 2, "channels_last"),
        ("paper", 16, 2, "channels_last"),
        ("keras", 16, 2, "channels_first"),
    ):
        text = run(
            "summary", "--json", "--model", f"wrn-{depth}-{k}", "--variant", variant, "--data-format", data_format
        )
        (LAYERS / f"layers-{variant}-{depth}-{k}-{data_format}.json").write_text(text)
    text = run("summary", "--model", "wrn-16-2", "--variant", "keras")
    (LAYERS / "summary-keras-16-2.txt").write_text(text)


def draw_batch(random, n=8):
    """Noisy images of one coloured rectangle each, uint8 [n, 32, 32, 3], and labels that mean nothing."""
    images = np.empty((n, 32, 32, 3))
    for image in images:
        image[:] = random.uniform(0, 255, 3)
        (top, left), (height, width) = random.integers(0, 16, 2), random.integers(8, 16, 2)
        image[top : top + height, left : left + width] = random.uniform(0, 255, 3)
    images += random.normal(0, 20, images.shape)
    return {
        "images": images.clip(0, 255).astype(np.uint8),
        "labels": random.integers(0, 10, n).astype(np.int32),
    }


def sampled(arrays, prefix, index):
    """L2 norms and chosen values of the arrays whose names begin with `prefix.`"""
    chosen = {}
    for key, array in arrays.items():
        if key.startswith(prefix + "."):
            name = key.removeprefix(prefix + ".")
            chosen["norm." + name] = np.float32(np.linalg.norm(array.astype(np.float64)))
            chosen["sample." + name] = array.ravel()[index[name]]
    return chosen


def without_kinks(weights, batch, network):
    """Betas with which no value that a ReLU takes in training comes close to 0."""
    options = keras_wrn.parser().parse_args(["forward", *network, "--weights", weights, "--inputs", batch, "--to", ""])
    model = keras_wrn.build(options)
    images = keras_training.model_input(keras_weights.read_arrays(batch)["images"], options)
    return {f"{norm.name}.beta": norm.beta.numpy() for norm in keras_weights.avoid_kinks(model, images)}


def write_numbers(variant, batch, folder):
    """The file of one variant: weights, and what inference and training make of them and of the batch."""

    def result(*arguments):
        to = folder / f"{variant}-{arguments[0]}-{arguments[-1]}"
        run(*arguments, "--inputs", batch, "--weights", weights, "--to", to, *network)
        return keras_weights.read_arrays(to)

    network = ("--model", "wrn-10-1", "--variant", variant)
    run("init", "--shake", *network, "--to", folder / variant)
    weight = {
        k: v.astype(np.float16).astype(np.float32) for k, v in keras_weights.read_arrays(folder / variant).items()
    }
    weights = folder / f"{variant}.npz"
    np.savez(weights, **weight)
    weight |= without_kinks(str(weights), str(batch), network)
    np.savez(weights, **weight)

    random = np.random.default_rng(2)
    index = {
        name: np.sort(random.choice(value.size, min(value.size, SAMPLES if value.size > WHOLE else WHOLE), False))
        for name, value in weight.items()
    }
    forward, gradients = result("forward", "--seed", 1), result("gradients", "--seed", 1)
    arrays = {f"weight.{name}": value for name, value in weight.items()}
    arrays |= {f"index.{name}": value.astype(np.int32) for name, value in index.items()}
    arrays |= {f"inference.{name}": forward[name] for name in ("logits", "softmax")}
    arrays |= {f"training.{name}": gradients[name] for name in ("loss", "logits")}
    arrays |= {f"training.{name}": value for name, value in gradients.items() if name.startswith("after.")}
    arrays |= {f"gradient.{name}": value for name, value in sampled(gradients, "gradient", index).items()}
    for optimizer, options in STEPS.items():
        rates = ",".join(map(str, options["rates"]))
        after = result("steps", "--decay", options["decay"], "--learning-rates", rates, "--optimizer", optimizer)
        arrays |= {f"{optimizer}.{name}": np.array(value, np.float32) for name, value in options.items()}
        arrays |= {f"{optimizer}.losses": after["losses"]}
        arrays |= {f"{optimizer}.{name}": value for name, value in sampled(after, "after", index).items()}
    np.savez_compressed(NUMBERS / f"wrn-10-1-{variant}.npz", **arrays)
    return forward["pixels"]


if __name__ == "__main__":
    LAYERS.mkdir(parents=True, exist_ok=True)
    NUMBERS.mkdir(parents=True, exist_ok=True)
    write_layers()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        batch = draw_batch(np.random.default_rng(1))
        np.savez(folder / "batch.npz", **batch)
        for variant in keras_wrn.VARIANTS:
            pixels = write_numbers(variant, folder / "batch.npz", folder)
        np.savez_compressed(NUMBERS / "batch.npz", **batch, pixels=pixels)
